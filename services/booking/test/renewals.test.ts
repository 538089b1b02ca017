import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Policy } from '@kitroom/contracts'
import { type Database, openDatabase } from '@kitroom/database'

import { lendingPolicy } from '../src/clients/lending-policy.ts'
import { BookingItemMapping, BookingMapping, StatusChangeMapping } from '../src/persistence/mappings.ts'
import { inTransaction } from '../src/persistence/unit-of-work.ts'
import { requireAllowed } from '../src/use-cases/rules/require-allowed.ts'
import {
  type Answer,
  type BookingSystem,
  bookingSystem,
  type Equipment,
  type Person,
} from './booking-system.ts'
import { DAY, HOUR, lendingDesk, SOON, time } from './lending-desk.ts'

let system: BookingSystem
let database: Database
beforeAll(async () => {
  system = await bookingSystem()
  database = openDatabase({
    url: system.database.url,
    service: 'booking',
    entities: [BookingMapping, BookingItemMapping, StatusChangeMapping],
    constraints: {},
  })
})
afterAll(async () => {
  await database.close()
  await system[Symbol.asyncDispose]()
})

const policyOf = (renewals: Partial<Policy['renewals']>) =>
  lendingPolicy(Policy.parse({ renewals }), 'UTC', 'EUR')

/** Asks, as whoever extends a loan by a day does, whether the rules allow it. */
const extend = (as: Person, { body }: Answer, renewals: Partial<Policy['renewals']> = {}) => {
  const caller = { ...as, sessionId: randomUUID() }
  const call = { orgId: as.orgId, userId: as.userId, requestId: 'test', caller }
  return inTransaction(database)(call, async (tools) => {
    const loan = await tools.bookings.forChange(body.id)
    if (loan === undefined) throw new Error('there is no such booking')
    await requireAllowed(tools, call, policyOf(renewals), {
      borrowerId: loan.requesterUserId,
      period: { startAt: loan.startAt, endAt: new Date(loan.endAt.getTime() + DAY) },
      before: loan.period,
      added: { activeBookings: 0, units: 0 },
      extends: loan,
    })
  })
}
const extended = ({ body }: Answer, times: number) =>
  system.database.admin('update booking set renewals = $2 where id = $1', [body.id, times])
const refused = (actual: number, limit = 2) =>
  expect.objectContaining({
    code: 'policy-violated',
    facts: { rule: 'renewals.max', limit, actual },
  })

/** Ann's bookings of one unit, so many hours from soon. */
function bookings() {
  const { ann, ben, desk, org, book } = lendingDesk(system)
  const [camera, other]: Equipment[] = [system.equip(org, 'FX6', 1), system.equip(org, 'FX3', 1)]
  const of = (equipment: Equipment, from: number, to: number, as = ann) =>
    book(as, SOON + from * HOUR, SOON + to * HOUR, {
      items: [{ resource_unit_id: equipment.units[0]!.id }],
    })
  return { ann, ben, desk, camera: camera!, other: other!, of }
}

describe('a renewal', () => {
  it('is allowed as often as the policy says, whoever extends', async () => {
    const { ann, desk, camera, of } = bookings()
    const made = await of(camera, 0, 1)
    await extended(made, 1)
    await extend(ann, made)
    await extended(made, 2)
    await expect(extend(ann, made)).rejects.toEqual(refused(3))
    await expect(extend(desk, made)).rejects.toEqual(refused(3))
    await extend(ann, made, { max: null })
  })

  it('counts those of the bookings of the same unit and person that the loan continues', async () => {
    const { ann, camera, of } = bookings()
    const [first, second, third] = [
      await of(camera, 0, 1),
      await of(camera, 25, 26),
      await of(camera, 26, 27),
    ]
    await extended(first, 1)
    await extended(second, 1)
    await expect(extend(ann, third)).rejects.toEqual(refused(3))
    await extend(ann, third, { chain_gap_hours: 23 })
    await extend(ann, first)
  })

  it('does not count those of another unit, of somebody else, or of what never was', async () => {
    const { ann, ben, camera, other, of } = bookings()
    const cancelled = await of(camera, 2, 3)
    await system.send(ann, 'POST', `/bookings/${cancelled.body.id}/cancel`)
    for (const before of [await of(other, 2, 3), await of(camera, 2, 3, ben), cancelled]) {
      expect(before.status).toBe(201)
      await extended(before, 9)
    }
    await extend(ann, await of(camera, 3, 4))
  })

  it('counts from when the unit came back, if that was early', async () => {
    const { ann, desk, camera, of } = bookings()
    const first = await of(camera, 0, 100)
    await extended(first, 2)
    const loan = [time(SOON), time(SOON + HOUR), first.body.id]
    await system.send(desk, 'POST', `/bookings/${first.body.id}/cancel`)
    await system.database.admin(
      'update booking_item set handed_out_at = $1, returned_at = $2 where booking_id = $3',
      loan,
    )
    await system.database.admin(
      `update booking set status = 'RETURNED', picked_up_at = $1, returned_at = $2 where id = $3`,
      loan,
    )
    const next = await of(camera, 25, 26)
    await expect(extend(ann, next)).rejects.toEqual(refused(3))
    await system.send(ann, 'POST', `/bookings/${next.body.id}/cancel`)
    await extend(ann, await of(camera, 26, 27))
  })
})
