import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import { auditIsSettled, type TestSystem } from '../test-system.ts'
import { type Booking, equip, type People, type Versioned } from './cast.ts'
import type { Operations } from './operations.ts'

/** What happens at the desk, up to a unit that comes back damaged and whoever waits for it. */
export async function workAtTheDesk(
  system: TestSystem,
  go: Operations,
  { staff: as, student, studentId }: People,
): Promise<void> {
  const screens = await equip(go, as, 'Screen', 5)
  const [one, two, three, four] = screens.units.map((id) => ({ resource_unit_id: id }))
  const key = randomUUID()
  const walkIn = { as, key, body: { on_behalf_of: studentId, end_at: inHours(2), items: [one, two] } }
  const { id } = await go.perform<Booking>('lendWalkIn', walkIn)
  await go.perform('lendWalkIn', walkIn)
  await go.refused('unit-unavailable', 'lendWalkIn', { ...walkIn, key: randomUUID() })
  await go.perform('scanUnit', { as, id, body: three })
  await go.refused('invalid-transition', 'scanUnit', { as, id, body: three })
  await go.perform('extendBooking', { as: student, id, body: { end_at: inHours(3) } })
  const [first] = (await go.perform<Booking>('getBooking', { as, id })).items
  await go.perform('swapItem', { as, id: [id, first?.id ?? ''], body: { ...four, condition: 'GOOD' } })
  await go.perform('returnBooking', { as, id, body: { partial: true, items: [two] } })

  const wish = { start_at: inHours(0), end_at: inHours(1), items: [one, two], on_behalf_of: studentId }
  const booking = await go.perform<Booking>('createBooking', { as, key: randomUUID(), body: wish })
  const [kept, gone] = booking.items
  await go.perform('approveBooking', { as, id: booking.id, body: {} })
  await go.perform('removeItem', { as, id: [booking.id, gone?.id ?? ''], ifMatch: '*' })
  await go.refused('invalid-transition', 'removeItem', { as, id: [booking.id, kept?.id ?? ''] })

  // It waits for a unit that comes back damaged: another one takes its place, by itself.
  const items = [{ resource_id: screens.id, quantity: 3 }]
  const later = { start_at: inHours(20), end_at: inHours(21), items }
  const waiting = await go.perform<Booking>('createBooking', { as, key: randomUUID(), body: later })
  const chosen = (shown: Booking) => shown.items.map((item) => item.resource_unit_id)
  const damaged = [three, four].find((unit) => chosen(waiting).includes(unit?.resource_unit_id ?? ''))
  if (damaged === undefined) throw new Error('the booking waits for none of the units that are out')
  const seen = [{ ...damaged, condition: 'DAMAGED', note: 'Cracked.' }]
  await go.perform('returnBooking', { as, id, body: { items: seen } })
  await until(
    () => go.perform<Booking>('getBooking', { as, id: waiting.id }),
    (shown) => !chosen(shown).includes(damaged.resource_unit_id),
  )
  const unit = await go.perform<Record<string, unknown> & Versioned>('getUnit', {
    as,
    id: damaged.resource_unit_id,
  })
  if (unit['status'] !== 'MAINTENANCE') throw new Error('the damaged unit can still be lent')
  await auditIsSettled(system)
}
