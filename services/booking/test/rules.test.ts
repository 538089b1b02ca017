import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type OrganizationRules } from './booking-system.ts'
import { DAY, HOUR, lendingDesk, MINUTE, SOON, time } from './lending-desk.ts'

let system: BookingSystem
beforeAll(async () => {
  system = await bookingSystem()
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const at = (rules?: OrganizationRules) => lendingDesk(system, rules)

const nineToFive = [{ opens: '09:00', closes: '17:00' }]
const always = {
  opening_hours: {
    ...{ monday: nineToFive, tuesday: nineToFive, wednesday: nineToFive, thursday: nineToFive },
    ...{ friday: nineToFive, saturday: nineToFive, sunday: nineToFive },
  },
}
const OPENS = SOON + 9 * HOUR
const CLOSES = SOON + 17 * HOUR
const date = (ms: number) => time(ms).slice(0, 10)
const stocktaking = { from: date(SOON), to: date(SOON + DAY), reason: 'Stocktaking' }

const violated = (rule: string, facts: object) => ({
  status: 409,
  body: { code: 'policy-violated', rule, ...facts },
})

describe('the rules of an organisation', () => {
  it('are the new ones as soon as auth has told of them, and not only when the old ones are too old', async () => {
    const { org, ann, book } = at({ longest_booking_days: 3 })
    expect((await book(ann, SOON, SOON + 4 * DAY)).status).toBe(409)
    system.rule(org, { timezone: 'UTC', longest_booking_days: 4 })
    const toldAt = performance.now()
    await system.tellOfMember(
      { entity_type: 'Organization', entity_id: org, action: 'UPDATE', before: {}, after: {} },
      org,
    )
    while ((await book(ann, SOON, SOON + 4 * DAY)).status !== 201)
      expect(performance.now() - toldAt).toBeLessThan(scaled(4_000, 2_000))
  })
})

describe('the time of a booking', () => {
  it('may be as long as the policy says, and not a moment longer', async () => {
    const { ann, book } = at({ longest_booking_days: 3 })
    expect((await book(ann, SOON, SOON + 3 * DAY)).status).toBe(201)
    expect(await book(ann, SOON, SOON + 3 * DAY + 1)).toMatchObject(
      violated('longest_booking_days', { limit: 3, actual: 3.01, latest_end_at: time(SOON + 3 * DAY) }),
    )
  })

  it('begins when the lead time has passed', async () => {
    const { ann, book } = at({ lead_time_minutes: 120 })
    const now = Date.now()
    expect((await book(ann, now + 2 * HOUR + MINUTE, now + DAY)).status).toBe(201)
    const early = await book(ann, now + 2 * HOUR - MINUTE, now + DAY)
    expect(early).toMatchObject(violated('lead_time_minutes', { limit: 120 }))
    expect([117, 118, 119]).toContain(early.body['actual'])
  })

  it('begins before the horizon', async () => {
    const { ann, book } = at({ horizon_days: 7 })
    const now = Date.now()
    expect((await book(ann, now + 7 * DAY - MINUTE, now + 8 * DAY)).status).toBe(201)
    expect(await book(ann, now + 7 * DAY + MINUTE, now + 8 * DAY)).toMatchObject(
      violated('horizon_days', { limit: 7, actual: 7.01 }),
    )
  })

  it('begins and ends while the desk is open, their edges too, and may last over the night', async () => {
    const { ann, book } = at(always)
    expect((await book(ann, OPENS, CLOSES)).status).toBe(201)
    expect((await book(ann, CLOSES - MINUTE, OPENS + DAY)).status).toBe(201)
    expect(await book(ann, CLOSES, CLOSES + DAY)).toMatchObject(
      violated('opening_hours', {
        limit: nineToFive,
        actual: time(CLOSES),
        field: 'start_at',
        timezone: 'UTC',
        reason: null,
        nearest: { before: time(CLOSES - MINUTE), after: time(OPENS + DAY) },
      }),
    )
    const late = await book(ann, OPENS, CLOSES + MINUTE)
    expect(late).toMatchObject(violated('opening_hours', { field: 'end_at' }))
    const { before, after } = late.body['nearest'] as { before: string; after: string }
    expect((await book(ann, OPENS, Date.parse(before))).status).toBe(201)
    expect((await book(ann, OPENS, Date.parse(after))).status).toBe(201)
  })

  it('is told by the clocks of the organisation’s zone', async () => {
    const { ann, book } = at({ ...always, timezone: 'Asia/Kathmandu' })
    const opens = OPENS - (5 * HOUR + 45 * MINUTE)
    expect((await book(ann, opens, opens + HOUR)).status).toBe(201)
    expect((await book(ann, opens - 1, opens + HOUR)).status).toBe(409)
  })

  it('neither begins nor ends on a day of closure, which is refused with its reason', async () => {
    const { ann, book } = at({ closures: [stocktaking] })
    expect((await book(ann, SOON - DAY, SOON)).status).toBe(201)
    expect((await book(ann, SOON - DAY, SOON + 2 * DAY)).status).toBe(201)
    expect(await book(ann, SOON + HOUR, SOON + 3 * DAY)).toMatchObject(
      violated('closures', {
        limit: stocktaking,
        reason: 'Stocktaking',
        field: 'start_at',
        nearest: { before: time(SOON - MINUTE), after: time(SOON + 2 * DAY) },
      }),
    )
  })

  it('does not bind staff, neither for themselves nor for others', async () => {
    const { ann, desk, boss, book } = at({
      ...{ ...always, closures: [stocktaking], longest_booking_days: 1 },
      ...{ lead_time_minutes: 60 * 24, horizon_days: 1 },
    })
    for (const as of [desk, boss]) {
      expect((await book(as, SOON + HOUR, SOON + 9 * DAY)).status).toBe(201)
      const forAnn = { on_behalf_of: ann.userId }
      expect((await book(as, SOON + HOUR, SOON + 9 * DAY, forAnn)).status).toBe(201)
      expect((await book(as, Date.now() - DAY, Date.now() + HOUR, forAnn)).status).toBe(201)
    }
  })
})

describe('a draft', () => {
  it('is bound by nothing until it is submitted', async () => {
    const { ann, book, change, submit, fine } = at({
      longest_booking_days: 1,
      quotas: { student: { units: 0 } },
    })
    await fine(ann, 5000)
    const draft = await book(ann, SOON, SOON + 9 * DAY, { status: 'DRAFT' })
    expect(draft.status).toBe(201)
    expect((await change(ann, draft, { end_at: time(SOON + 8 * DAY) })).status).toBe(200)
    expect(await submit(ann, draft)).toMatchObject({ status: 403, body: { code: 'borrower-blocked' } })
  })

  it('is judged when it is submitted, and can be mended', async () => {
    const { ann, book, change, submit } = at({ longest_booking_days: 1 })
    const draft = await book(ann, SOON, SOON + 9 * DAY, { status: 'DRAFT' })
    expect(await submit(ann, draft)).toMatchObject(violated('longest_booking_days', { limit: 1, actual: 9 }))
    await change(ann, draft, { end_at: time(SOON + DAY) })
    expect(await submit(ann, draft)).toMatchObject({ status: 200, body: { status: 'PENDING' } })
  })
})

describe('a change', () => {
  it('is judged by what it changes only', async () => {
    const { ann, desk, book, change } = at(always)
    const odd = await book(desk, SOON + HOUR, SOON + 2 * HOUR, { on_behalf_of: ann.userId })
    expect((await change(ann, odd, { purpose: 'Night shots' })).status).toBe(200)
    expect((await change(ann, odd, { end_at: time(CLOSES) })).status).toBe(200)
    expect(await change(ann, odd, { start_at: time(SOON + 2 * HOUR) })).toMatchObject(
      violated('opening_hours', { field: 'start_at' }),
    )
    expect(await change(ann, odd, { end_at: time(CLOSES + MINUTE) })).toMatchObject(
      violated('opening_hours', { field: 'end_at' }),
    )
    expect((await change(desk, odd, { end_at: time(CLOSES + MINUTE) })).status).toBe(200)
    expect((await change(ann, odd, { start_at: time(OPENS) })).status).toBe(200)
  })

  it('that makes a booking shorter is allowed though it is still too long', async () => {
    const { ann, desk, book, change } = at({ longest_booking_days: 1 })
    const long = await book(desk, SOON, SOON + 9 * DAY, { on_behalf_of: ann.userId })
    expect((await change(ann, long, { end_at: time(SOON + 8 * DAY) })).status).toBe(200)
    expect(await change(ann, long, { end_at: time(SOON + 9 * DAY) })).toMatchObject(
      violated('longest_booking_days', { actual: 9 }),
    )
  })

  it('that is refused leaves the booking as it was', async () => {
    const { ann, book, change } = at({ longest_booking_days: 1 })
    const made = await book(ann, SOON, SOON + DAY)
    expect((await change(ann, made, { end_at: time(SOON + 2 * DAY) })).status).toBe(409)
    const { body } = await system.send(ann, 'GET', `/bookings/${made.body.id}`)
    expect(body).toEqual(made.body)
  })
})

describe('approval by the policy itself', () => {
  const cameras = { approval: { by_type: { Camera: 'AUTOMATIC' } } } as const

  it('approves a booking at once, and its history says so', async () => {
    const { ann, org, wish, book } = at(cameras)
    const camera = system.equip(org, 'FX6', 1, 'Camera')
    const made = await book(ann, 0, 0, wish(SOON, SOON + HOUR, camera))
    expect(made).toMatchObject({
      status: 201,
      body: {
        status: 'APPROVED',
        version: 1,
        history: [
          { status: 'PENDING', actor_user_id: ann.userId, reason: null },
          { status: 'APPROVED', actor_user_id: null, reason: 'by policy' },
        ],
      },
    })
    const { body } = await system.send(ann, 'GET', `/bookings/${made.body.id}`)
    expect(body).toEqual(made.body)
    expect((await book(ann, 0, 0, wish(SOON, SOON + HOUR, camera))).body['code']).toBe('unit-unavailable')
  })

  it('needs every resource to be of a type that allows it', async () => {
    const { ann, org, wish, book, lamp } = at(cameras)
    const camera = system.equip(org, 'FX6', 1, 'Camera')
    const both = [...wish(0, 0, camera).items, ...wish(0, 0, lamp).items]
    expect((await book(ann, SOON, SOON + HOUR, { items: both })).body['status']).toBe('PENDING')
  })

  it('happens when a draft is submitted, and when a change leaves nothing to approve', async () => {
    const { ann, org, wish, book, change, submit } = at(cameras)
    const items = wish(0, 0, system.equip(org, 'FX6', 3, 'Camera')).items
    const draft = await book(ann, SOON, SOON + HOUR, { status: 'DRAFT', items })
    expect(draft.body['status']).toBe('DRAFT')
    expect((await submit(ann, draft)).body['history']).toMatchObject([
      { status: 'DRAFT' },
      { status: 'PENDING', actor_user_id: ann.userId },
      { status: 'APPROVED', actor_user_id: null },
    ])
    const pending = await book(ann, SOON, SOON + HOUR)
    expect(pending.body['status']).toBe('PENDING')
    expect((await change(ann, pending, { items })).body['status']).toBe('APPROVED')
  })
})

describe('a buffer', () => {
  it('keeps the next start away until it is over, and counts after that booking too', async () => {
    const { ann, ben, org, wish, book } = at({ buffer_minutes: 30 })
    const camera = system.equip(org, 'FX6', 1)
    const from = (start: number, end: number) => book(ben, 0, 0, wish(start, end, camera))
    const first = await book(ann, 0, 0, wish(SOON, SOON + HOUR, camera))
    expect(first).toMatchObject({ status: 201, body: { buffer_minutes: 30, end_at: time(SOON + HOUR) } })
    expect(await from(SOON + HOUR + 29 * MINUTE, SOON + 3 * HOUR)).toMatchObject({
      status: 409,
      body: { code: 'unit-unavailable', conflicts: [{ end_at: time(SOON + HOUR + 30 * MINUTE) }] },
    })
    expect((await from(SOON - 2 * HOUR, SOON - 29 * MINUTE)).body['code']).toBe('unit-unavailable')
    expect((await from(SOON + HOUR + 30 * MINUTE, SOON + 3 * HOUR)).status).toBe(201)
    expect((await from(SOON - 2 * HOUR, SOON - 30 * MINUTE)).status).toBe(201)
  })

  it('goes with a booking that moves, and binds staff as well', async () => {
    const { ann, desk, org, wish, book, change } = at({ buffer_minutes: 30 })
    const camera = system.equip(org, 'FX6', 1)
    const made = await book(ann, 0, 0, wish(SOON, SOON + HOUR, camera))
    expect((await change(ann, made, { end_at: time(SOON + 2 * HOUR) })).status).toBe(200)
    const next = (minutes: number) =>
      book(desk, 0, 0, wish(SOON + 2 * HOUR + minutes * MINUTE, SOON + 4 * HOUR, camera))
    expect((await next(29)).status).toBe(409)
    expect((await next(30)).status).toBe(201)
  })
})
