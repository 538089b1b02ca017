import { randomUUID } from 'node:crypto'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'

import {
  any,
  bookingIn,
  DAY,
  deskOf,
  HOUR,
  inconsistencies,
  MINUTE,
  outcome,
  pin,
  time,
  unitIds,
  unitsOut,
} from './at-the-desk.ts'
import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

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

/** The events about a booking, oldest first. */
const told = async (id: string) => {
  const rows = await system.database.admin<{ payload: string }>('select payload from outbox order by seq')
  return rows
    .map(({ payload }) => (JSON.parse(payload) as EntityChanged).data)
    .filter(({ entity_id }) => entity_id === id)
}
const conflictsOf = (answer: Awaited<ReturnType<typeof desk.act>>) =>
  answer.body['conflicts'] as { resource_unit_id: string; start_at: string; end_at: string }[]

describe('a hand-out and a return', () => {
  it('go part by part, with condition and note, and a part that is back is free for others', async () => {
    const lamps = desk.equip(3)
    const [first, second, third] = unitIds(lamps)
    const { id } = await desk.approved(student, [any(lamps, 3)], 0.5 * HOUR, 4 * HOUR)

    const begun = await desk.act(id, 'checkout', {
      partial: true,
      items: [{ resource_unit_id: second, condition: 'WORN', note: 'Scratched.' }],
    })
    expect(bookingIn(begun)).toMatchObject({ status: 'CHECKED_OUT', version: 3 })
    expect(unitsOut(bookingIn(begun))).toEqual([second])
    const out = await desk.act(id, 'checkout', { items: [{ resource_unit_id: third, condition: 'GOOD' }] })
    expect([unitsOut(bookingIn(out)).length, bookingIn(out).version]).toEqual([3, 4])

    const part = await desk.act(id, 'return', {
      partial: true,
      items: [{ resource_unit_id: second, condition: 'DAMAGED', note: 'Fell.' }],
    })
    expect(bookingIn(part)).toMatchObject({ status: 'CHECKED_OUT', returned_at: null, version: 5 })
    expect(unitsOut(bookingIn(part)).toSorted()).toEqual([first, third].toSorted())
    await desk.booked(other, [pin(second)], 1 * HOUR, 2 * HOUR)
    expect(outcome(await desk.act(id, 'return', { partial: true, items: [pin(second)] }))).toBe(
      '409 invalid-transition',
    )

    const over = await desk.act(id, 'return')
    expect(bookingIn(over)).toMatchObject({ status: 'RETURNED', version: 6 })
    expect(await desk.show(id)).toEqual(over.body)
    const item = bookingIn(over).items.find(({ resource_unit_id }) => resource_unit_id === second)
    expect(item).toMatchObject({
      handed_out_condition: 'WORN',
      hand_out_note: 'Scratched.',
      returned_condition: 'DAMAGED',
      return_note: 'Fell.',
    })
    expect((await told(id)).map(({ action }) => action)).toEqual([
      ...['CREATE', 'STATUS_CHANGE', 'STATUS_CHANGE', 'UPDATE', 'UPDATE', 'STATUS_CHANGE'],
    ])
  })

  it('ask for the units of a part', async () => {
    const { id } = await desk.approved(student, [any(desk.equip(1))], 0.5 * HOUR, HOUR)
    expect(await desk.act(id, 'checkout', { partial: true })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/items' }] },
    })
    expect(await desk.act(id, 'checkout', { items: [pin(randomUUID())] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/items/0/resource_unit_id' }] },
    })
  })

  it('free what was never handed out when the loan is over', async () => {
    const lamps = desk.equip(2)
    const { id, items } = await desk.approved(student, [any(lamps, 2)], 0.5 * HOUR, 4 * HOUR)
    const [gone, left] = items.map(({ resource_unit_id }) => resource_unit_id ?? undefined)
    await desk.act(id, 'checkout', { partial: true, items: [pin(gone)] })
    const over = await desk.act(id, 'return', { partial: true, items: [pin(gone)] })
    expect(bookingIn(over)).toMatchObject({ status: 'RETURNED', items: [{}, { handed_out_at: null }] })
    await desk.booked(other, [pin(left)], 1 * HOUR, 2 * HOUR)
  })

  it('fine a late loan once, when its last unit is back, by the latest of them', async () => {
    const lamps = desk.equip(3)
    const [first, second, third] = unitIds(lamps)
    const loan = await desk.lent(system.person('student'), [any(lamps, 3)], -5 * DAY, -4 * DAY)
    const fines = async () =>
      (await desk.send('GET', `/fines?booking_id=${loan.id}`)).body['data'] as { amount_cents: number }[]
    const back = (unit: string | undefined, at: number) =>
      desk.act(loan.id, 'return', { partial: true, items: [pin(unit)], returned_at: time(at) })
    await back(first, -2.5 * DAY)
    await back(second, -3.5 * DAY)
    expect(await fines()).toEqual([])
    // In time, and told last: the latest of them counts, two days begun.
    expect(bookingIn(await back(third, -4.5 * DAY)).returned_at).toBe(time(-2.5 * DAY))
    expect(await fines()).toMatchObject([{ amount_cents: 1000 }])
  })

  it('do not give a unit out that an overdue loan still has, and name it', async () => {
    const [unit] = unitIds(desk.equip(1))
    const next = await desk.approved(student, [pin(unit)], 0.5 * HOUR, 2 * HOUR)
    const loan = await desk.lent(other, [pin(unit)], -5 * HOUR, -3 * HOUR)
    const refused = await desk.act(next.id, 'checkout')
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(conflictsOf(refused)).toEqual([
      { resource_unit_id: unit, start_at: time(-5 * HOUR), end_at: '9999-12-31T00:00:00.000Z' },
    ])
    expect(JSON.stringify(refused.body)).not.toContain(loan.id)
    await desk.act(loan.id, 'return')
    expect(outcome(await desk.act(next.id, 'checkout'))).toBe(200)
  })

  it('do not give a unit out early while somebody else is to have it, and name when', async () => {
    const [unit] = unitIds(desk.equip(1))
    await desk.approved(student, [pin(unit)], -0.5 * HOUR, 0.25 * HOUR)
    const { id } = await desk.approved(other, [pin(unit)], 0.5 * HOUR, 2 * HOUR)
    const refused = await desk.act(id, 'checkout')
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(conflictsOf(refused)).toEqual([
      { resource_unit_id: unit, start_at: time(-0.5 * HOUR), end_at: time(0.25 * HOUR) },
    ])
    expect(await desk.show(id)).toMatchObject({ status: 'APPROVED', picked_up_at: null })
  })

  it('take the time before the start where they are early: nobody is promised the unit then', async () => {
    const lamps = desk.equip(1)
    const early = await desk.lent(student, [any(lamps)], 0.75 * HOUR, 2 * HOUR)
    const [from, to] = [time(0.25 * HOUR), time(0.5 * HOUR)]
    const free = await desk.send('GET', `/resources/${lamps.id}/availability?from=${from}&to=${to}`)
    expect(free.body).toMatchObject({ free: [{ count: 0 }] })
    expect((await desk.send('GET', `/availability?from=${from}&to=${to}&q=Lamp`)).body['data']).not.toEqual(
      expect.arrayContaining([expect.objectContaining({ resource_id: lamps.id })]),
    )
    const wish = { start_at: from, end_at: to, items: [any(lamps)] }
    expect(outcome(await desk.send('POST', '/bookings', wish))).toBe('409 unit-unavailable')

    expect(outcome(await desk.act(early.id, 'extend', { end_at: time(3 * HOUR) }))).toBe(200)
    expect(outcome(await desk.send('POST', '/bookings', wish))).toBe('409 unit-unavailable')
    await desk.act(early.id, 'return')
    expect(outcome(await desk.send('POST', '/bookings', wish))).toBe(201)
  })

  it('do not give a unit out when the booking is over and it is promised to somebody now', async () => {
    const [unit] = unitIds(desk.equip(1))
    const over = await desk.approved(student, [pin(unit)], -5 * HOUR, -3 * HOUR)
    const { id } = await desk.approved(other, [pin(unit)], -HOUR, HOUR)
    expect(outcome(await desk.act(over.id, 'checkout'))).toBe('409 unit-unavailable')
    expect(outcome(await desk.act(id, 'checkout'))).toBe(200)
  })

  it('are not told of for a time at which the unit was with somebody else', async () => {
    const [unit] = unitIds(desk.equip(1))
    const before = await desk.lent(student, [pin(unit)], -5 * HOUR, -4 * HOUR)
    await desk.act(before.id, 'return', { returned_at: time(-3 * HOUR) })
    const { id } = await desk.approved(other, [pin(unit)], -3.5 * HOUR, HOUR)
    const refused = await desk.act(id, 'checkout', { picked_up_at: time(-3.25 * HOUR) })
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(conflictsOf(refused)).toEqual([
      { resource_unit_id: unit, start_at: time(-5 * HOUR), end_at: time(-3 * HOUR) },
    ])
    expect(outcome(await desk.act(id, 'checkout', { picked_up_at: time(-3 * HOUR) }))).toBe(200)
  })
})

describe('a walk-in', () => {
  it('has its loan in one step', async () => {
    const lamps = desk.equip(2)
    const made = await desk.walkIn(student, [any(lamps), any(lamps)], 2 * HOUR, { purpose: 'Interview' })
    expect(made.status).toBe(201)
    const loan = bookingIn(made)
    expect(made.headers.get('location')).toBe(`/bookings/${loan.id}`)
    expect(loan).toMatchObject({
      status: 'CHECKED_OUT',
      requester_user_id: student.userId,
      purpose: 'Interview',
      version: 1,
      history: [
        { status: 'PENDING' },
        { status: 'APPROVED' },
        { status: 'CHECKED_OUT', actor_user_id: staff.userId },
      ],
    })
    expect(loan.start_at).toBe(loan.picked_up_at)
    expect(unitsOut(loan).toSorted()).toEqual(unitIds(lamps).toSorted())
    expect(await desk.show(loan.id)).toEqual(loan)
    expect((await told(loan.id)).map(({ action }) => action)).toEqual(['CREATE'])
    expect(outcome(await desk.walkIn(other, [any(lamps)], HOUR))).toBe('409 unit-unavailable')
  })

  it('that is told twice is one loan', async () => {
    const body = { on_behalf_of: student.userId, items: [any(desk.equip(2))], end_at: time(HOUR) }
    const key = randomUUID()
    const [first, again] = [
      await system.send(staff, 'POST', '/bookings/walk-in', { body, key }),
      await system.send(staff, 'POST', '/bookings/walk-in', { body, key }),
    ]
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await system.send(staff, 'POST', '/bookings/walk-in', { body })).status).toBe(400)
  })

  it('did not begin while its unit was with somebody else', async () => {
    const [unit] = unitIds(desk.equip(1))
    const before = await desk.lent(student, [pin(unit)], -5 * HOUR, -4 * HOUR)
    await desk.act(before.id, 'return', { returned_at: time(-3 * HOUR) })
    const refused = await desk.walkIn(other, [pin(unit)], HOUR, { picked_up_at: time(-3.25 * HOUR) })
    expect(outcome(refused)).toBe('409 unit-unavailable')
    expect(conflictsOf(refused)).toEqual([
      { resource_unit_id: unit, start_at: time(-5 * HOUR), end_at: time(-3 * HOUR) },
    ])
    const made = await desk.walkIn(other, [pin(unit)], HOUR, { picked_up_at: time(-3 * HOUR) })
    expect(made.status).toBe(201)
  })

  it('and a booking that are told of late have a unit that nobody else had then, where there is one', async () => {
    const lamps = desk.equip(3)
    const had: (string | null)[] = []
    for (const borrower of [student, other]) {
      const loan = await desk.lent(borrower, [any(lamps)], -5 * HOUR, -4 * HOUR)
      had.push(...unitsOut(loan))
      expect(outcome(await desk.act(loan.id, 'return', { returned_at: time(-3 * HOUR) }))).toBe(200)
    }
    const made = await desk.walkIn(other, [any(lamps)], HOUR, { picked_up_at: time(-4 * HOUR) })
    expect(made.status).toBe(201)
    expect(new Set([...had, ...unitsOut(bookingIn(made))]).size).toBe(3)
    // None is left that nobody had: it can be booked all the same, and is handed out from a later time on.
    const { id } = await desk.approved(student, [any(lamps)], -4 * HOUR, HOUR)
    expect(outcome(await desk.act(id, 'checkout', { picked_up_at: time(-4 * HOUR) }))).toBe(
      '409 unit-unavailable',
    )
    expect(outcome(await desk.act(id, 'checkout', { picked_up_at: time(-3 * HOUR) }))).toBe(200)
  })

  it('may have begun before it is told of, and not later', async () => {
    const lamps = desk.equip(2)
    const made = await desk.walkIn(student, [any(lamps)], HOUR, { picked_up_at: time(-DAY) })
    expect(bookingIn(made)).toMatchObject({ start_at: time(-DAY), picked_up_at: time(-DAY) })
    expect(await desk.walkIn(student, [any(lamps)], HOUR, { picked_up_at: time(30 * MINUTE) })).toMatchObject(
      {
        status: 400,
        body: { errors: [{ pointer: '/picked_up_at' }] },
      },
    )
    expect(await desk.walkIn(student, [any(lamps)], -HOUR)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/end_at' }] },
    })
  })

  it('gets no unit that went out early, although its time has not come', async () => {
    const lamps = desk.equip(2)
    const [away, here] = unitIds(lamps)
    await desk.lent(other, [pin(away)], 0.75 * HOUR, 2 * HOUR)
    const made = await desk.walkIn(student, [any(lamps)], 0.25 * HOUR)
    expect(unitsOut(bookingIn(made))).toEqual([here])
    expect(outcome(await desk.walkIn(student, [any(lamps)], 0.25 * HOUR))).toBe('409 unit-unavailable')
  })

  it('is a member, and one who may borrow', async () => {
    const items = [any(desk.equip(1))]
    const stranger = system.person('student', randomUUID())
    expect(outcome(await desk.walkIn(stranger, items, HOUR))).toBe('404 not-found')
    const debtor = system.person('student')
    await desk.send('POST', '/fines', { user_id: debtor.userId, amount_cents: 5000, reason: 'Lost.' })
    expect(outcome(await desk.walkIn(debtor, items, HOUR))).toBe('403 borrower-blocked')
  })
})

describe('what the desk does', () => {
  it('only staff can, of their own organisation, and with the version they saw', async () => {
    const lamps = desk.equip(4)
    const { id, items } = await desk.approved(student, [any(lamps, 2)], 0.5 * HOUR, 4 * HOUR)
    const spare = unitIds(lamps).find((unit) => items.every((item) => item.resource_unit_id !== unit))
    const stranger = system.person('admin', randomUUID())
    const path = `/bookings/${id}/items/${items[0]?.id}`
    const requests: [string, string, object?][] = [
      ['POST', `/bookings/${id}/items`, pin(spare)],
      ['POST', `${path}/swap`, pin(spare)],
      ['DELETE', path],
      ['POST', `/bookings/${id}/checkout`, {}],
      ['POST', `/bookings/${id}/return`, {}],
    ]
    for (const [method, url, body] of requests) {
      expect([url, outcome(await desk.send(method, url, body, student))]).toEqual([url, '403 forbidden'])
      expect([url, outcome(await desk.send(method, url, body, stranger))]).toEqual([url, '404 not-found'])
      expect([url, outcome(await desk.send(method, url, body, staff, '"1"'))]).toEqual([
        url,
        '412 version-mismatch',
      ])
    }
    const walkIn = { on_behalf_of: student.userId, items: [any(lamps)], end_at: time(HOUR) }
    expect(outcome(await desk.send('POST', '/bookings/walk-in', walkIn, student))).toBe('403 forbidden')
    const extension = (as: Person, ifMatch?: string) =>
      desk.act(id, 'extend', { end_at: time(5 * HOUR) }, as, ifMatch)
    expect(outcome(await extension(other))).toBe('403 forbidden')
    expect(outcome(await extension(stranger))).toBe('404 not-found')
    expect(outcome(await extension(student, '"1"'))).toBe('412 version-mismatch')
    expect(await desk.show(id)).toMatchObject({ status: 'APPROVED', version: 2, end_at: time(4 * HOUR) })
  })
})
