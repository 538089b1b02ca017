import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { at, overlaps, waitingPeople } from './waiting-people.ts'

let system: BookingSystem
let go: ReturnType<typeof waitingPeople>
let student: Person
let other: Person
let staff: Person
let admin: Person

beforeAll(async () => {
  system = await bookingSystem()
  go = waitingPeople(system)
  student = system.person('student')
  other = system.person('student')
  staff = system.person('staff')
  admin = system.person('admin')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const lamp = (units = 1): Equipment => system.equip(student.orgId, `Lamp ${randomUUID()}`, units)

/** A lamp that somebody has booked and somebody else waits for. */
async function waited(equipment = lamp(), from = 1) {
  const booking = await go.book(student, go.wish(equipment, from))
  const entry = await go.join(other, go.wish(equipment, from))
  return { lamp: equipment, booking, entry }
}

/** The same, and offered to the one who waited. */
async function offered(equipment = lamp()) {
  const { booking, entry } = await waited(equipment)
  await go.step(student, booking.id, 'cancel')
  return { lamp: equipment, entry: await go.when(other, entry.id, 'OFFERED') }
}

describe('joining the waitlist', () => {
  it('tells what was asked for, where one stands in line and why', async () => {
    const { lamp: equipment, entry } = await waited()
    expect(entry).toMatchObject({
      requester_user_id: other.userId,
      status: 'WAITING',
      start_at: at(1),
      end_at: at(2),
      items: [{ resource_id: equipment.id, resource_unit_id: null, quantity: 1 }],
      rank: expect.any(Number),
      offer: null,
      offer_expires_at: null,
      booking_id: null,
      version: 1,
    })
    const points = Object.values(entry.score_factors).map((factor) => factor.points)
    expect(points.reduce((sum, one) => sum + one, 0)).toBeCloseTo(entry.priority_score, 6)
    expect(await go.entry(other, entry.id)).toMatchObject({ id: entry.id, status: 'WAITING' })
  })

  it('is refused where everything is free', async () => {
    const refused = await go.tryToJoin(other, go.wish(lamp(), 1))
    expect(refused).toMatchObject({ status: 409, body: { code: 'resource-available' } })
  })

  it('is refused for a time that has begun, free or not: such a time is no more booked than waited for', async () => {
    const wish = { ...go.wish(lamp(), 1), start_at: inHours(-1), end_at: inHours(1) }
    expect(await go.tryToJoin(other, wish)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/start_at' }] },
    })
    // What is invalid is said before who is not there.
    expect((await go.tryToJoin(staff, { ...wish, on_behalf_of: randomUUID() })).status).toBe(400)
  })

  it('is one step with booking where that was asked for, once for a key', async () => {
    const equipment = lamp()
    const wish = go.wish(equipment, 1, { waitlist: true })
    expect((await go.tryToBook(student, wish)).status).toBe(201)
    const key = randomUUID()
    const joined = await system.send(other, 'POST', '/bookings', { body: wish, key })
    expect(joined).toMatchObject({ status: 202, body: { status: 'WAITING' } })
    expect(joined.headers.get('Location')).toBe(`/waitlist/${joined.body.id}`)
    const again = await system.send(other, 'POST', '/bookings', { body: wish, key })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again).toMatchObject({ status: 202, body: joined.body })
    const { data } = await go.list(other, `?resource_id=${equipment.id}`)
    expect(data).toHaveLength(1)
  })
})

describe('an offer', () => {
  it('is made by itself when the unit comes free, and holds it', async () => {
    const { lamp: equipment, entry } = await offered()
    expect(entry).toMatchObject({
      rank: null,
      offer: {
        start_at: at(1),
        end_at: at(2),
        items: [{ resource_id: equipment.id, resource_unit_id: equipment.units[0]?.id }],
        made_by: null,
      },
    })
    expect((await go.tryToBook(student, go.wish(equipment, 1))).body['code']).toBe('unit-unavailable')
    expect(await overlaps(system)).toBe(0)
  })

  it('that is accepted becomes a booking that waits for approval', async () => {
    const { lamp: equipment, entry } = await offered()
    const { status, body } = await go.act(other, entry.id, 'accept')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      entry: { id: entry.id, status: 'ACCEPTED', offer: null },
      booking: {
        status: 'PENDING',
        requester_user_id: other.userId,
        start_at: at(1),
        items: [{ resource_id: equipment.id, resource_unit_id: equipment.units[0]?.id, pinned: false }],
      },
    })
    const { booking } = body as unknown as { booking: { id: string } }
    expect(await go.entry(other, entry.id)).toMatchObject({ status: 'ACCEPTED', booking_id: booking.id })
    expect((await go.tryToBook(student, go.wish(equipment, 1))).body['code']).toBe('unit-unavailable')
    expect((await go.step(staff, booking.id, 'approve')).status).toBe(200)
  })

  it('by staff may be another time, and becomes an APPROVED booking', async () => {
    const { entry } = await waited()
    const made = await go.act(staff, entry.id, 'offer', { start_at: at(5), end_at: at(6) })
    expect(made).toMatchObject({
      status: 200,
      body: { status: 'OFFERED', offer: { start_at: at(5), end_at: at(6), made_by: staff.userId } },
    })
    const { body } = await go.act(other, entry.id, 'accept')
    expect(body).toMatchObject({ booking: { status: 'APPROVED', start_at: at(5), end_at: at(6) } })
  })

  it('by staff cannot begin in the past, which only a booking can', async () => {
    const { entry } = await waited()
    const refused = await go.act(staff, entry.id, 'offer', { start_at: inHours(-1) })
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/start_at', detail: 'What is offered cannot start in the past.' }] },
    })
  })

  it('by staff is refused where the units are not free', async () => {
    const { entry } = await waited()
    expect(await go.act(staff, entry.id, 'offer')).toMatchObject({
      status: 409,
      body: { code: 'unit-unavailable', conflicts: [{ start_at: at(1), end_at: at(2) }] },
    })
  })

  it.each([
    ['decline', () => other, 'CANCELLED'],
    ['cancel', () => other, 'CANCELLED'],
    ['reject', () => staff, 'REJECTED'],
    ['expire', () => admin, 'EXPIRED'],
  ])('that ends by %s passes to the next in line', async (verb, who, status) => {
    const equipment = lamp()
    const { entry } = await offered(equipment)
    const next = await go.join(student, go.wish(equipment, 1))
    expect(await go.act(who(), entry.id, verb)).toMatchObject({ status: 200, body: { status, offer: null } })
    expect(await go.when(student, next.id, 'OFFERED')).toMatchObject({ status: 'OFFERED' })
  })
})
