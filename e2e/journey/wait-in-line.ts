import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import { auditIsSettled, type TestSystem } from '../test-system.ts'
import { type Booking, equip, type People, type Versioned } from './cast.ts'
import type { Operations } from './operations.ts'

interface Entry extends Versioned {
  status: string
}

/** Who waits, what is offered to them, and every way that ends; the last is offered by itself what comes free. */
export async function waitInLine(
  system: TestSystem,
  go: Operations,
  { admin, staff, student }: People,
): Promise<void> {
  const screen = await equip(go, staff, 'Beamer', 1)
  const wish = {
    start_at: inHours(60),
    end_at: inHours(61),
    items: [{ resource_id: screen.id, quantity: 1 }],
  }
  const blocking = { as: staff, key: randomUUID(), body: wish }
  const { id } = await go.perform<Booking>('createBooking', blocking)
  const joining = { as: student, key: randomUUID(), body: { ...wish, waitlist: true } }
  const joined = await go.perform<Entry>('createBooking', joining)
  await go.perform<Entry>('createBooking', joining)
  const join = () => go.perform<Entry>('joinWaitlist', { as: student, body: wish })
  const [cancelled, rejected, declined, expired] = [await join(), await join(), await join(), await join()]
  await go.perform('cancelWaitlistEntry', { as: student, id: cancelled.id, ifMatch: '*' })
  await go.perform('rejectWaitlistEntry', { as: staff, id: rejected.id, body: { reason: 'Too long.' } })
  await go.refused('unit-unavailable', 'makeOffer', { as: staff, id: declined.id })
  const offer = (entry: Entry, hour: number) =>
    go.perform('makeOffer', {
      as: staff,
      id: entry.id,
      body: { start_at: inHours(hour), end_at: inHours(hour + 1) },
    })
  await offer(declined, 70)
  await go.perform('declineOffer', { as: student, id: declined.id })
  await offer(expired, 72)
  await go.perform('expireWaitlistEntry', { as: admin, id: expired.id })
  await go.refused('offer-expired', 'acceptOffer', { as: student, id: expired.id })

  await go.perform('cancelBooking', { as: staff, id, body: {} })
  await until(
    () => go.perform<Entry>('getWaitlistEntry', { as: student, id: joined.id }),
    ({ status }) => status === 'OFFERED',
  )
  await go.perform('acceptOffer', { as: student, id: joined.id })
  await auditIsSettled(system)
}
