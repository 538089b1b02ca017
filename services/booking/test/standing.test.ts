import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Standing } from '@kitroom/contracts'

import { type BookingSystem, bookingSystem, type OrganizationRules, type Person } from './booking-system.ts'
import { DAY, HOUR, lendingDesk, SOON, time } from './lending-desk.ts'

let system: BookingSystem
beforeAll(async () => {
  system = await bookingSystem()
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const at = (rules: OrganizationRules = {}) => lendingDesk(system, rules)
const blocked = (...reasons: object[]) => ({
  status: 403,
  body: { code: 'borrower-blocked', reasons: reasons.map((reason) => expect.objectContaining(reason)) },
})
const standingOf = async (as: Person, id: string) => {
  const { status, body } = await system.send(as, 'GET', `/borrowers/${id}/standing`)
  return { status, body: body as unknown as Standing }
}
const NOW = Date.now()

describe('a borrower who owes', () => {
  it('is blocked from the limit on, whoever acts, and hears why and what ends it', async () => {
    const { ann, ben, desk, book, fine } = at()
    await fine(ann, 4999)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    await fine(ann, 1)
    const debt = { rule: 'ladder.debt_limit_cents', limit: 5000, actual: 5000, until: null }
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(blocked(debt))
    expect(await book(desk, SOON, SOON + HOUR, { on_behalf_of: ann.userId })).toMatchObject(blocked(debt))
    expect((await book(ben, SOON, SOON + HOUR)).status).toBe(201)
    expect((await book(desk, SOON, SOON + HOUR)).status).toBe(201)
  })

  it('may have no more, but less and not at all', async () => {
    const { ann, desk, book, change, step, submit, fine } = at()
    const [made, draft] = [
      await book(ann, SOON, SOON + 2 * HOUR),
      await book(ann, SOON, SOON + HOUR, { status: 'DRAFT' }),
    ]
    await fine(ann, 5000)
    const later = { end_at: time(SOON + 3 * HOUR) }
    expect(await change(ann, made, later)).toMatchObject(blocked({}))
    expect(await change(desk, made, later)).toMatchObject(blocked({}))
    expect(await change(ann, made, { start_at: time(SOON - HOUR) })).toMatchObject(blocked({}))
    expect(await submit(ann, draft)).toMatchObject(blocked({}))
    expect((await change(ann, made, { end_at: time(SOON + HOUR) })).status).toBe(200)
    expect((await change(ann, made, { purpose: 'Sorry' })).status).toBe(200)
    expect((await step(desk, made, 'approve')).status).toBe(200)
    expect((await step(ann, made, 'cancel')).status).toBe(200)
  })

  it('is free again by paying, or when staff waive', async () => {
    const { ann, book, fine, waive } = at()
    const [owed, other] = [await fine(ann, 3000), await fine(ann, 2500)]
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(403)
    const paid = await system.send(ann, 'POST', '/fines/payments', {
      key: randomUUID(),
      body: { fine_ids: [owed.body.id], amount_cents: 3000, currency: 'EUR', method: 'CARD' },
    })
    expect(paid.status).toBe(201)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    await fine(ann, 2500)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(403)
    await waive(other.body.id)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
  })
})

describe('a borrower who is late', () => {
  const ladder = { strikes: 2, suspension_days: 14, window_days: 30, debt_limit_cents: null }

  it('is suspended by as many late returns as the policy says, until some days after the last', async () => {
    const { ann, desk, book, loan } = at({ ladder })
    await loan(ann, NOW - 9 * DAY, 2 * HOUR)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    await loan(ann, NOW - 5 * DAY, 3 * HOUR)
    const suspension = {
      rule: 'ladder.strikes',
      limit: 2,
      actual: 2,
      until: time(NOW - 5 * DAY + 3 * HOUR + 14 * DAY),
    }
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(blocked(suspension))
    expect(await book(desk, SOON, SOON + HOUR, { on_behalf_of: ann.userId })).toMatchObject(
      blocked(suspension),
    )
  })

  it('is free again when a fine is waived: that return is no strike', async () => {
    const { ann, book, loan, waive } = at({ ladder })
    await loan(ann, NOW - 9 * DAY, 2 * HOUR)
    const fine = await loan(ann, NOW - 5 * DAY, 2 * HOUR)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(403)
    await waive(fine!)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
  })

  it('is not free when a charge for what was thought lost is waived, since it did come back late', async () => {
    const { ann, desk, org, book, loan, waive } = at({ ladder: { ...ladder, strikes: 1 } })
    const late = await loan(ann, NOW - 5 * DAY, 2 * HOUR)
    const { body } = await system.send(desk, 'GET', `/fines/${late!}`)
    const charge = await system.send(desk, 'POST', '/fines', {
      body: { user_id: ann.userId, booking_id: body['booking_id'], amount_cents: 9900, reason: 'Lost.' },
    })
    await system.database.admin(
      `insert into replacement_charge (org_id, item_id, fine_id)
       select org_id, id, $2 from booking_item where org_id = $1 and booking_id = $3`,
      [org, charge.body.id, body['booking_id']],
    )
    await waive(charge.body.id)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(403)
    await waive(late!)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
  })

  it('is not suspended by what came back within the grace, nor when the suspension is over', async () => {
    const { ann, ben, book, loan } = at({ ladder })
    await loan(ann, NOW - 9 * DAY, HOUR)
    await loan(ann, NOW - 5 * DAY, HOUR)
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    await loan(ben, NOW - 17 * DAY, 2 * HOUR)
    await loan(ben, NOW - 15 * DAY, 2 * HOUR)
    expect((await book(ben, SOON, SOON + HOUR)).status).toBe(201)
    await loan(ben, NOW - 2 * DAY, 2 * HOUR)
    expect(await book(ben, SOON, SOON + HOUR)).toMatchObject(blocked({ actual: 3 }))
  })

  it('and owes hears of both at once', async () => {
    const { ann, book, loan } = at({ ladder: { ...ladder, strikes: 1, debt_limit_cents: 500 } })
    await loan(ann, NOW - 9 * DAY, 2 * HOUR)
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(
      blocked({ rule: 'ladder.strikes', actual: 1 }, { rule: 'ladder.debt_limit_cents', actual: 500 }),
    )
  })
})

describe('where a borrower stands', () => {
  it('is nothing at first, beside the limits of the policy', async () => {
    const { ann } = at({ currency: 'CHF', quotas: { student: { units: 5 } } })
    expect(await standingOf(ann, 'me')).toEqual({
      status: 200,
      body: {
        user_id: ann.userId,
        role: 'student',
        strikes: { count: 0, limit: 3, window_days: 365 },
        suspended_until: null,
        open_fines: { count: 0, amount_cents: 0, currency: 'CHF', limit_cents: 5000 },
        active_bookings: { count: 0, limit: null },
        units: { count: 0, limit: 5 },
        blocked: [],
      },
    })
  })

  it('is what was borrowed, late and fined, and what follows from it', async () => {
    const { ann, desk, book, loan, fine, wish } = at({
      ladder: { strikes: 1, debt_limit_cents: 800 },
      quotas: { student: { active_bookings: 3 } },
    })
    await book(ann, SOON, SOON + HOUR, { items: wish(0, 0, undefined, 3).items })
    await book(ann, SOON, SOON + HOUR, { status: 'DRAFT' })
    await loan(ann, NOW - 9 * DAY, 2 * HOUR)
    await fine(ann, 300)
    const until = time(NOW - 9 * DAY + 2 * HOUR + 14 * DAY)
    const standing = await standingOf(desk, ann.userId)
    expect(standing.body).toMatchObject({
      user_id: ann.userId,
      strikes: { count: 1, limit: 1 },
      suspended_until: until,
      open_fines: { count: 2, amount_cents: 800, limit_cents: 800 },
      active_bookings: { count: 1, limit: 3 },
      units: { count: 3, limit: null },
      blocked: [
        { rule: 'ladder.strikes', limit: 1, actual: 1, until },
        { rule: 'ladder.debt_limit_cents', limit: 800, actual: 800, until: null },
      ],
    })
    expect(await standingOf(ann, ann.userId)).toEqual(standing)
    const refused = await book(ann, SOON, SOON + HOUR)
    expect(refused.body['reasons']).toEqual(standing.body.blocked)
  })

  it('is seen by the borrower and by staff, and by nobody else', async () => {
    const { ann, ben, desk } = at()
    expect((await standingOf(ben, ann.userId)).status).toBe(403)
    expect((await standingOf(ben, randomUUID())).status).toBe(403)
    expect(await standingOf(desk, ann.userId)).toMatchObject({ status: 200, body: { role: 'student' } })
    expect(await standingOf(desk, 'me')).toMatchObject({ body: { user_id: desk.userId, role: 'staff' } })
    expect((await standingOf(desk, randomUUID())).status).toBe(404)
    expect((await standingOf(desk, 'you')).status).toBe(400)
  })

  it('does not tell of other organisations', async () => {
    const [here, there] = [at(), at()]
    expect((await standingOf(here.desk, there.ann.userId)).status).toBe(404)
    await here.fine(here.ann, 700)
    const elsewhere = { ...here.ann, orgId: there.org }
    expect(await standingOf(elsewhere, 'me')).toMatchObject({ body: { open_fines: { count: 0 } } })
  })
})
