import { randomUUID } from 'node:crypto'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Client } from 'pg'

import {
  any,
  bookingIn,
  DAY,
  deskOf,
  HOUR,
  inconsistencies,
  outcome,
  pin,
  time,
  unitIds,
  unitsOut,
} from './at-the-desk.ts'
import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let other: Person
let staff: Person
let desk: ReturnType<typeof deskOf>

/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  other = system.person('student')
  staff = system.person('staff')
  desk = deskOf(system, staff)
})
afterAll(async () => {
  query.mockRestore()
  await system[Symbol.asyncDispose]()
})
afterEach(async () => {
  expect(await inconsistencies(system)).toEqual([])
})

const units = (booking: { items: { resource_unit_id: string | null }[] }) =>
  booking.items.map(({ resource_unit_id }) => resource_unit_id)
/** A unit of the equipment that none of the bookings is on. */
const spareOf = (equipment: Equipment, ...bookings: Parameters<typeof units>[0][]) =>
  unitIds(equipment).find((unit) => bookings.every((booking) => !units(booking).includes(unit)))

describe('a scan', () => {
  it('before hand-out puts the unit in the place of the one that was chosen, for good', async () => {
    const lamps = desk.equip(2)
    const booking = await desk.approved(student, [any(lamps)], HOUR, 4 * HOUR)
    const spare = spareOf(lamps, booking)
    const scanned = bookingIn(await desk.scan(booking.id, spare))
    expect(scanned).toMatchObject({
      status: 'APPROVED',
      version: 3,
      items: [{ id: booking.items[0]?.id, resource_unit_id: spare, pinned: true, handed_out_at: null }],
    })
    expect(bookingIn(await desk.scan(booking.id, spare))).toEqual(scanned)
    await desk.booked(other, [pin(units(booking)[0] ?? undefined)], HOUR, 4 * HOUR)
    // The desk chose it: nobody moves it now.
    expect(
      outcome(
        await desk.send('POST', '/bookings', {
          ...{ start_at: time(2 * HOUR), end_at: time(3 * HOUR), items: [pin(spare)] },
        }),
      ),
    ).toBe('409 unit-unavailable')
  })

  it('of another resource adds it, and during the loan hands it out at once', async () => {
    const [lamps, stands] = [desk.equip(1), desk.equip(2, 'Stand')]
    const [first, second] = unitIds(stands)
    const { id } = await desk.approved(student, [any(lamps)], 0.5 * HOUR, 4 * HOUR)
    expect(units(bookingIn(await desk.scan(id, first)))).toEqual([...unitIds(lamps), first])
    await desk.act(id, 'checkout')
    const loan = bookingIn(await desk.scan(id, second))
    expect(unitsOut(loan)).toEqual([...unitIds(lamps), first, second])
    expect(outcome(await desk.scan(id, second))).toBe('409 invalid-transition')
    expect(outcome(await desk.walkIn(other, [pin(second)], 2 * HOUR))).toBe('409 unit-unavailable')
    await desk.act(id, 'return', { partial: true, items: [pin(second)] })
    expect(outcome(await desk.walkIn(other, [pin(second)], 2 * HOUR))).toBe(201)
  })

  it('hands out what waits for its hand-out in a loan', async () => {
    const lamps = desk.equip(2)
    const booking = await desk.approved(student, [any(lamps, 2)], 0.5 * HOUR, 4 * HOUR)
    const [first, second] = units(booking)
    await desk.act(booking.id, 'checkout', { partial: true, items: [pin(first ?? undefined)] })
    const loan = bookingIn(await desk.scan(booking.id, second ?? undefined))
    expect(unitsOut(loan)).toEqual([first, second])
    expect(loan.items).toHaveLength(2)
  })

  it('moves another booking to a like unit, or is refused with what is in the way', async () => {
    const lamps = desk.equip(2)
    const [unit, like] = unitIds(lamps)
    const blocker = await desk.booked(other, [pin(like)], 2 * HOUR, 3 * HOUR)
    const waiting = await desk.booked(other, [any(lamps)], 2 * HOUR, 3 * HOUR)
    expect(units(waiting)).toEqual([unit])
    const { id } = await desk.lent(student, [any(desk.equip(1))], 0.5 * HOUR, 4 * HOUR)
    const refused = await desk.scan(id, unit)
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(refused.body['conflicts']).toEqual([
      { resource_unit_id: unit, start_at: time(2 * HOUR), end_at: time(3 * HOUR) },
    ])
    await desk.act(blocker.id, 'cancel')
    expect(outcome(await desk.scan(id, unit))).toBe(200)
    expect(units(await desk.show(waiting.id))).toEqual([like])
  })

  it('is of units that can be lent, to who may borrow', async () => {
    const lamps = desk.equip(3)
    const [lamp, broken] = lamps.units
    const { id } = await desk.approved(student, [pin(lamp?.id)], HOUR, 4 * HOUR)
    if (broken !== undefined) broken.lendable = false
    expect(outcome(await desk.scan(id, broken?.id))).toBe('409 resource-withdrawn')
    expect(outcome(await desk.scan(id, randomUUID()))).toBe('404 not-found')
    const debtor = system.person('student')
    const loan = await desk.lent(debtor, [any(desk.equip(1))], 0.5 * HOUR, 4 * HOUR)
    await desk.send('POST', '/fines', { user_id: debtor.userId, amount_cents: 5000, reason: 'Lost.' })
    expect(outcome(await desk.scan(loan.id, unitIds(lamps)[2]))).toBe('403 borrower-blocked')
    expect((await desk.show(loan.id)).version).toBe(loan.version)
  })

  it('takes the unit from now on: what kept it before the scan is nobody’s concern, also when the loan goes on', async () => {
    const [unit] = unitIds(desk.equip(1))
    const loan = await desk.lent(student, [any(desk.equip(1))], -3 * DAY, HOUR)
    // Approved, never collected, and not released.
    await desk.approved(other, [pin(unit)], -2 * DAY, -DAY)
    expect(unitsOut(bookingIn(await desk.scan(loan.id, unit)))).toContain(unit)
    const extended = await desk.act(loan.id, 'extend', { end_at: time(2 * HOUR) })
    expect([outcome(extended), unitsOut(bookingIn(extended)).length]).toEqual([200, 2])
  })

  it('is as many statements for a loan of 200 lines as for one of a single line', async () => {
    const lamps = desk.equip(4)
    const stands = Array.from({ length: 4 }, () => desk.equip(50, 'Stand'))
    const short = await desk.lent(student, [pin(unitIds(lamps)[0])], 0.5 * HOUR, 4 * HOUR)
    const long = bookingIn(await desk.walkIn(student, unitIds(stands[0] ?? lamps).map(pin), 4 * HOUR))
    // 50 is what a request may ask for; the rest comes by scans, here in one statement.
    for (const { id, units: more } of stands.slice(1)) {
      await system.database.admin(
        `with item as (
           insert into booking_item (org_id, id, booking_id, position, resource_id, resource_unit_id, pinned, handed_out_at)
           select $1, gen_random_uuid(), $2, (select max(position) from booking_item where booking_id = $2) + place,
             $3, unit, true, $5 from unnest($4::uuid[]) with ordinality as more (unit, place) returning *)
         insert into occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned, collected)
         select org_id, id, booking_id, resource_id, resource_unit_id, tstzrange($5, $6), true, true from item`,
        [staff.orgId, long.id, id, more.map((unit) => unit.id), long.start_at, long.end_at],
      )
    }
    const statementsOf = async (work: () => Promise<unknown>) => {
      query.mockClear()
      await work()
      const sent = query.mock.calls.map(([first]) =>
        (typeof first === 'string' ? first : (first as unknown as { text: string }).text).trim(),
      )
      return sent.filter((text) => !/outbox|pg_notify|published_at/i.test(text)).length
    }
    const [, second, third, fourth] = unitIds(lamps)
    await desk.scan(short.id, fourth)
    const forShort = await statementsOf(() => desk.scan(short.id, second))
    const forLong = await statementsOf(() => desk.scan(long.id, third))
    expect((await desk.show(long.id)).items).toHaveLength(201)
    expect(forLong).toBe(forShort)
    expect(forLong).toBeLessThanOrEqual(20)
  })
})

describe('an item', () => {
  it('is taken off and its unit is free, unless it is the last', async () => {
    const lamps = desk.equip(2)
    const booking = await desk.approved(student, [any(lamps, 2)], HOUR, 4 * HOUR)
    const [first, second] = booking.items
    const off = (itemId: string | undefined) => desk.send('DELETE', `/bookings/${booking.id}/items/${itemId}`)
    expect(outcome(await off(first?.id))).toBe(204)
    expect(await desk.show(booking.id)).toMatchObject({ version: 3, items: [{ id: second?.id }] })
    await desk.booked(other, [pin(first?.resource_unit_id ?? undefined)], HOUR, 4 * HOUR)
    expect(outcome(await off(second?.id))).toBe('409 invalid-transition')
    expect(outcome(await off(first?.id))).toBe('404 not-found')
  })
})

describe('a swap', () => {
  it('before hand-out moves the item to the other unit', async () => {
    const lamps = desk.equip(2)
    const booking = await desk.approved(student, [any(lamps)], HOUR, 4 * HOUR)
    const spare = spareOf(lamps, booking)
    const swapped = await desk.swap(booking.id, booking.items[0]?.id, pin(spare))
    expect(bookingIn(swapped)).toMatchObject({
      version: 3,
      items: [{ id: booking.items[0]?.id, resource_unit_id: spare, pinned: true }],
    })
    await desk.booked(other, [pin(units(booking)[0] ?? undefined)], HOUR, 4 * HOUR)
  })

  it('during the loan takes the unit back as it was seen, and gives the other out', async () => {
    const lamps = desk.equip(2)
    const loan = await desk.lent(student, [any(lamps)], -HOUR, 4 * HOUR)
    const [old, spare] = [units(loan)[0], spareOf(lamps, loan)]
    const waiting = await desk.booked(other, [any(lamps)], 2 * HOUR, 3 * HOUR)
    expect(units(waiting)).toEqual([spare])
    const swapped = bookingIn(
      await desk.swap(loan.id, loan.items[0]?.id, { ...pin(spare), condition: 'DAMAGED', note: 'No light.' }),
    )
    expect(swapped).toMatchObject({
      status: 'CHECKED_OUT',
      items: [
        { resource_unit_id: old, returned_condition: 'DAMAGED', return_note: 'No light.' },
        { resource_unit_id: spare, returned_at: null, pinned: true },
      ],
    })
    expect(swapped.items[0]?.returned_at).toBe(swapped.items[1]?.handed_out_at)
    // The old unit is free, and whoever waited for the other one has it.
    expect(units(await desk.show(waiting.id))).toEqual([old])
    const over = bookingIn(await desk.act(loan.id, 'return'))
    expect(over.status).toBe('RETURNED')
    expect(outcome(await desk.walkIn(student, [pin(spare)], 2 * HOUR))).toBe(201)
  })

  it('is with a like unit that is free', async () => {
    const [lamps, stands] = [desk.equip(2), desk.equip(1, 'Stand')]
    const booking = await desk.approved(student, [any(lamps)], 0.5 * HOUR, 4 * HOUR)
    const [item] = booking.items
    expect(await desk.swap(booking.id, item?.id, pin(unitIds(stands)[0]))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/resource_unit_id' }] },
    })
    const spare = spareOf(lamps, booking)
    const rival = await desk.lent(other, [pin(spare)], 0.5 * HOUR, 2 * HOUR)
    expect(outcome(await desk.swap(booking.id, item?.id, pin(spare)))).toBe('409 unit-unavailable')
    expect(outcome(await desk.swap(booking.id, rival.items[0]?.id, pin(spare)))).toBe('404 not-found')
    expect(await desk.show(booking.id)).toEqual(booking)
  })
})

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
