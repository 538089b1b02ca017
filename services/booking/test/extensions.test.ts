import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'

import { any, bookingIn, deskOf, HOUR, inconsistencies, outcome, pin, time, unitIds } from './at-the-desk.ts'
import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let other: Person
let staff: Person
let desk: ReturnType<typeof deskOf>

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  other = system.person('student')
  staff = system.person('staff')
  desk = deskOf(system, staff)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})
afterEach(async () => {
  expect(await inconsistencies(system)).toEqual([])
})

const units = (booking: { items: { resource_unit_id: string | null }[] }) =>
  booking.items.map(({ resource_unit_id }) => resource_unit_id)
/** A unit of the equipment that the booking is not on. */
const spareOf = (equipment: Equipment, booking: Parameters<typeof units>[0]) =>
  unitIds(equipment).find((unit) => !units(booking).includes(unit))

describe('an extension', () => {
  const extend = (id: string, end: number, as = student) => desk.act(id, 'extend', { end_at: time(end) }, as)
  beforeEach(() => {
    student = system.person('student')
  })

  it('of a loan keeps its units and moves who waits for them', async () => {
    const lamps = desk.equip(2)
    const loan = await desk.lent(student, [any(lamps)], -HOUR, HOUR)
    const [kept, like] = [units(loan)[0], spareOf(lamps, loan)]
    const hold = await desk.booked(other, [pin(like)], 2 * HOUR, 4 * HOUR)
    const next = await desk.booked(other, [any(lamps)], 2 * HOUR, 3 * HOUR)
    expect(units(next)).toEqual([kept])
    const refused = await extend(loan.id, 3 * HOUR)
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(refused.body['conflicts']).toContainEqual({
      ...{ resource_unit_id: kept, start_at: time(2 * HOUR), end_at: time(3 * HOUR) },
    })
    expect(await desk.show(loan.id)).toEqual(loan)
    await desk.act(hold.id, 'cancel')
    expect(bookingIn(await extend(loan.id, 3 * HOUR))).toMatchObject({
      status: 'CHECKED_OUT',
      end_at: time(3 * HOUR),
      renewals: 1,
      items: [{ resource_unit_id: kept, handed_out_at: loan.items[0]?.handed_out_at }],
    })
    expect(units(await desk.show(next.id))).toEqual([like])
  })

  it('may touch the next person’s start', async () => {
    const [unit] = unitIds(desk.equip(1))
    const loan = await desk.lent(student, [pin(unit)], -HOUR, HOUR)
    await desk.booked(other, [pin(unit)], 2 * HOUR, 3 * HOUR)
    expect(outcome(await extend(loan.id, 2 * HOUR))).toBe(200)
  })

  it('is the borrower’s own while the booking is approved or lent, and not later than its end', async () => {
    const booking = await desk.approved(student, [any(desk.equip(1))], HOUR, 2 * HOUR)
    expect(bookingIn(await extend(booking.id, 3 * HOUR))).toMatchObject({ status: 'APPROVED', renewals: 1 })
    const pending = await desk.booked(student, [any(desk.equip(1))], HOUR, 2 * HOUR)
    expect(outcome(await extend(pending.id, 3 * HOUR))).toBe('409 invalid-transition')
    const late = await desk.lent(student, [any(desk.equip(1))], -3 * HOUR, -HOUR)
    expect(outcome(await extend(late.id, HOUR))).toBe('403 forbidden')
    expect(bookingIn(await extend(late.id, HOUR, staff))).toMatchObject({ end_at: time(HOUR), renewals: 1 })
  })

  it('is limited by the policy, whoever extends, and to who may borrow', async () => {
    const { id } = await desk.lent(student, [any(desk.equip(1))], -HOUR, HOUR)
    expect(outcome(await extend(id, 2 * HOUR))).toBe(200)
    expect(outcome(await extend(id, 3 * HOUR))).toBe(200)
    for (const as of [student, staff]) {
      expect((await extend(id, 4 * HOUR, as)).body).toMatchObject({
        ...{ code: 'policy-violated', rule: 'renewals.max', limit: 2, actual: 3 },
      })
    }
    await desk.send('POST', '/fines', { user_id: student.userId, amount_cents: 5000, reason: 'Lost.' })
    expect(outcome(await extend(id, 4 * HOUR))).toBe('403 borrower-blocked')
  })

  it('of an overdue loan is refused where somebody has been promised its unit', async () => {
    const [unit] = unitIds(desk.equip(1))
    await desk.booked(other, [pin(unit)], 0.5 * HOUR, 2 * HOUR)
    const late = await desk.lent(student, [pin(unit)], -3 * HOUR, -HOUR)
    expect(outcome(await extend(late.id, HOUR, staff))).toBe('409 unit-unavailable')
    expect(outcome(await extend(late.id, 0.5 * HOUR, staff))).toBe(200)
  })
})
