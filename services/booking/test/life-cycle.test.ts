import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let other: Person
let staff: Person
let camera: Equipment

const wish = (equipment: Equipment, from: number, to: number, quantity = 1) => ({
  start_at: inHours(from),
  end_at: inHours(to),
  items: [{ resource_id: equipment.id, quantity }],
})
const pinned = (unitId: string, from: number, to: number) => ({
  start_at: inHours(from),
  end_at: inHours(to),
  items: [{ resource_unit_id: unitId }],
})
const book = (as: Person, body: unknown, key = randomUUID() as string) =>
  system.send(as, 'POST', '/bookings', { body, key })
const step = (as: Person, id: string, verb: string, body?: unknown) =>
  system.send(as, 'POST', `/bookings/${id}/${verb}`, body === undefined ? {} : { body })
const unitsOf = (count: number) => system.equip(student.orgId, 'Thing', count)

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  other = system.person('student')
  staff = system.person('staff')
  camera = unitsOf(3)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

describe('a booking', () => {
  it('goes from request to return, and every step shows in its history and version', async () => {
    const made = await book(student, { ...wish(camera, 0, 4), purpose: 'Diploma film' })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/bookings/${made.body.id}`)
    expect(made.headers.get('etag')).toBe('"1"')
    expect(made.body).toMatchObject({
      status: 'PENDING',
      purpose: 'Diploma film',
      requester_user_id: student.userId,
    })
    expect(camera.units.map(({ id }) => id)).toContain(made.body.items[0]?.resource_unit_id)

    const { id } = made.body
    expect((await step(staff, id, 'approve', { reason: 'Fine.' })).body).toMatchObject({
      status: 'APPROVED',
      version: 2,
    })
    expect((await step(staff, id, 'checkout')).body).toMatchObject({ status: 'CHECKED_OUT', version: 3 })
    const returned = await step(staff, id, 'return')
    expect(returned.status).toBe(200)
    const read = await system.send(student, 'GET', `/bookings/${id}`)
    expect(read.body).toEqual(returned.body)
    expect(read.body).toMatchObject({
      status: 'RETURNED',
      version: 4,
      history: [
        { status: 'PENDING', actor_user_id: student.userId },
        { status: 'APPROVED', actor_user_id: staff.userId, reason: 'Fine.' },
        { status: 'CHECKED_OUT' },
        { status: 'RETURNED' },
      ],
    })
  })

  it('gives five items for a quantity of five, on five units', async () => {
    const tripods = unitsOf(5)
    const { body } = await book(student, wish(tripods, 0, 1, 5))
    expect(new Set(body.items.map((item) => item.resource_unit_id)).size).toBe(5)
  })

  it('is refused with the intervals in the way and nothing about whose they are', async () => {
    const lamp = unitsOf(1)
    await book(student, wish(lamp, 1, 3))
    const refused = await book(other, wish(lamp, 2, 4))
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      code: 'unit-unavailable',
      conflicts: [{ resource_unit_id: lamp.units[0]?.id, start_at: inHours(1), end_at: inHours(3) }],
    })
    expect(JSON.stringify(refused.body)).not.toContain(student.userId)
  })

  it('may start the instant another ends', async () => {
    const lamp = unitsOf(1)
    expect((await book(student, wish(lamp, 1, 2))).status).toBe(201)
    expect((await book(other, wish(lamp, 2, 3))).status).toBe(201)
    expect((await book(other, wish(lamp, 0, 1))).status).toBe(201)
  })

  it('takes no units as a draft, and takes them when it is submitted', async () => {
    const lamp = unitsOf(1)
    const draft = await book(student, { ...wish(lamp, 1, 2), status: 'DRAFT' })
    expect(draft.body).toMatchObject({ status: 'DRAFT', items: [{ resource_unit_id: null }] })
    const rival = await book(other, wish(lamp, 1, 2))
    expect(rival.status).toBe(201)
    expect((await step(student, draft.body.id, 'submit')).body).toMatchObject({ code: 'unit-unavailable' })
    await step(other, rival.body.id, 'cancel')
    expect((await step(student, draft.body.id, 'submit')).body).toMatchObject({
      status: 'PENDING',
      version: 2,
    })
  })

  it.each(['cancel', 'reject'])('frees its units on %s', async (verb) => {
    const lamp = unitsOf(1)
    const { body } = await book(student, wish(lamp, 1, 2))
    expect((await step(staff, body.id, verb)).status).toBe(200)
    expect((await book(other, wish(lamp, 1, 2))).status).toBe(201)
  })

  it('moves another booking to a like unit rather than refuse what fits', async () => {
    const pair = unitsOf(2)
    const [first, second] = pair.units.map(({ id }) => id)
    await book(staff, pinned(first ?? '', 0, 2))
    await book(staff, pinned(second ?? '', 4, 6))
    const moved = await book(student, wish(pair, 2, 4))
    // Free for the whole of 0–4 is the second unit only, and only once the booking between is on the first.
    const [holder] = moved.body.items
    const across = holder?.resource_unit_id === second ? [0, 4] : [2, 6]
    const made = await book(other, wish(pair, across[0] ?? 0, across[1] ?? 0))
    expect(made.status).toBe(201)
    const after = await system.send(student, 'GET', `/bookings/${moved.body.id}`)
    expect(after.body.items[0]?.resource_unit_id).not.toBe(holder?.resource_unit_id)
    expect(after.body.version).toBe(2)
  })

  it('never moves a unit that was asked for by name', async () => {
    const pair = unitsOf(2)
    const [first, second] = pair.units.map(({ id }) => id)
    await book(student, pinned(first ?? '', 0, 2))
    await book(student, pinned(second ?? '', 2, 4))
    expect((await book(other, wish(pair, 0, 4))).status).toBe(409)
  })

  it('keeps a unit that is overdue from everybody until it comes back', async () => {
    const lamp = unitsOf(1)
    const late = await book(staff, { ...wish(lamp, -5, -3), on_behalf_of: student.userId })
    await step(staff, late.body.id, 'approve')
    await step(staff, late.body.id, 'checkout', { picked_up_at: inHours(-5) })
    const refused = await book(other, wish(lamp, 1, 2))
    expect(refused.body).toMatchObject({ code: 'unit-unavailable' })
    const shown = await system.send(
      other,
      'GET',
      `/resources/${lamp.id}/availability?from=${inHours(-6)}&to=${inHours(3)}`,
    )
    expect(shown.body).toMatchObject({
      units: [{ busy: [{ start_at: inHours(-5), end_at: inHours(3) }] }],
      free: [
        { from: inHours(-6), to: inHours(-5), count: 1 },
        { from: inHours(-5), to: inHours(3), count: 0 },
      ],
    })
    await step(staff, late.body.id, 'return')
    expect((await book(other, wish(lamp, 1, 2))).status).toBe(201)
  })

  it('is handed out no earlier than the policy allows', async () => {
    const { body } = await book(student, wish(unitsOf(1), 5, 6))
    await step(staff, body.id, 'approve')
    const early = await step(staff, body.id, 'checkout')
    expect(early.status).toBe(409)
    expect(early.body).toMatchObject({ code: 'invalid-transition', possible_from: inHours(4) })
  })

  it('cannot start in the past for students; staff can enter it late, for somebody else too', async () => {
    const lamp = unitsOf(1)
    const refused = await book(student, wish(lamp, -3, 1))
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/start_at' }] })
    const made = await book(staff, { ...wish(lamp, -3, 1), on_behalf_of: student.userId })
    expect(made.body).toMatchObject({
      requester_user_id: student.userId,
      history: [{ actor_user_id: staff.userId }],
    })
  })

  it('is made on behalf of members only, and by staff only', async () => {
    const lamp = unitsOf(1)
    expect((await book(student, { ...wish(lamp, 1, 2), on_behalf_of: other.userId })).body).toMatchObject({
      code: 'forbidden',
    })
    expect((await book(staff, { ...wish(lamp, 1, 2), on_behalf_of: randomUUID() })).body).toMatchObject({
      code: 'not-found',
    })
  })

  it('cannot be made for what is unknown or cannot be lent', async () => {
    const broken = unitsOf(2)
    const [unit] = broken.units
    if (unit !== undefined) unit.lendable = false
    expect((await book(student, pinned(randomUUID(), 1, 2))).status).toBe(404)
    expect(
      (await book(student, { ...wish(broken, 1, 2), items: [{ resource_id: randomUUID(), quantity: 1 }] }))
        .status,
    ).toBe(404)
    expect((await book(student, pinned(unit?.id ?? '', 1, 2))).body).toMatchObject({
      code: 'resource-withdrawn',
    })
    expect((await book(student, wish(broken, 1, 2, 2))).body).toMatchObject({ code: 'unit-unavailable' })
    const elsewhere = system.equip(randomUUID(), 'Theirs', 1)
    expect((await book(student, wish(elsewhere, 1, 2))).status).toBe(404)
  })

  it('is answered 503, never a guess, while inventory cannot be asked', async () => {
    const lamp = unitsOf(1)
    system.failInventory(true)
    const refused = await book(student, wish(lamp, 1, 2))
    system.failInventory(false)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a change', () => {
  const change = (as: Person, id: string, body: unknown, version = 1) =>
    system.send(as, 'PATCH', `/bookings/${id}`, { body, ifMatch: `"${version}"` })

  it('moves the booking in time and takes what it then needs', async () => {
    const lamp = unitsOf(1)
    const { body } = await book(student, wish(lamp, 1, 2))
    await book(other, wish(lamp, 3, 4))
    expect((await change(student, body.id, { start_at: inHours(3), end_at: inHours(5) })).status).toBe(409)
    expect((await change(student, body.id, { start_at: inHours(1), end_at: inHours(3) })).body).toMatchObject(
      {
        version: 2,
      },
    )
    expect((await book(other, wish(lamp, 2, 3))).status).toBe(409)
  })

  it('leaves everything as it was when it is refused', async () => {
    const lamp = unitsOf(1)
    const { body } = await book(student, wish(lamp, 1, 2))
    await book(other, wish(lamp, 2, 3))
    await change(student, body.id, { end_at: inHours(3), purpose: 'x' })
    expect((await system.send(student, 'GET', `/bookings/${body.id}`)).body).toEqual(body)
    expect((await book(other, wish(lamp, 1, 2))).status).toBe(409)
  })

  it('replaces the items and frees those that are gone', async () => {
    const lamp = unitsOf(1)
    const stand = unitsOf(2)
    const { body } = await book(student, wish(lamp, 1, 2))
    const changed = await change(student, body.id, { items: [{ resource_id: stand.id, quantity: 2 }] })
    expect(changed.body.items).toHaveLength(2)
    expect((await book(other, wish(lamp, 1, 2))).status).toBe(201)
    expect((await book(other, wish(stand, 1, 2))).status).toBe(409)
  })

  it('is the requester’s until approval, and staff’s after that', async () => {
    const { body } = await book(student, wish(unitsOf(1), 1, 2))
    expect((await change(other, body.id, { purpose: 'mine?' })).body).toMatchObject({ code: 'forbidden' })
    await step(staff, body.id, 'approve')
    expect((await change(student, body.id, { purpose: 'late' }, 2)).body).toMatchObject({
      code: 'invalid-transition',
    })
    expect((await change(staff, body.id, { purpose: 'late' }, 2)).status).toBe(200)
  })

  it('needs the present version', async () => {
    const { body } = await book(student, wish(unitsOf(1), 1, 2))
    const path = `/bookings/${body.id}`
    const without = await system.send(student, 'PATCH', path, { body: { purpose: 'a' } })
    expect([without.status, without.body['code']]).toEqual([428, 'if-match-required'])
    expect((await change(student, body.id, { purpose: 'a' }, 7)).status).toBe(412)
    const weak = await system.send(student, 'PATCH', path, { body: { purpose: 'a' }, ifMatch: 'W/"1"' })
    expect(weak.status).toBe(412)
    const malformed = await system.send(student, 'PATCH', path, { body: { purpose: 'a' }, ifMatch: '1' })
    expect([malformed.status, malformed.body['code']]).toEqual([400, 'validation-failed'])
    const absent = await system.send(student, 'PATCH', `/bookings/${randomUUID()}`, {
      body: { purpose: 'a' },
    })
    expect(absent.status).toBe(404)
  })
})

describe('lists', () => {
  it('show students their own and staff all, filtered, sorted and paged', async () => {
    const org = randomUUID()
    const [ann, bob, desk] = [
      system.person('student', org),
      system.person('student', org),
      system.person('staff', org),
    ]
    const lamps = system.equip(org, 'Lamp', 5)
    for (const [at, as] of [ann, bob, ann, bob, ann].entries()) await book(as, wish(lamps, at, at + 1))
    const list = async (as: Person, query = '') =>
      (await system.send(as, 'GET', `/bookings${query}`)).body as unknown as {
        data: { id: string; requester_user_id: string; start_at: string }[]
        total: number | null
        next_cursor: string | null
      }
    expect((await list(ann)).total).toBe(3)
    expect((await list(desk)).total).toBe(5)
    expect((await list(desk, `?requester=${bob.userId}`)).total).toBe(2)
    expect((await system.send(ann, 'GET', `/bookings?requester=${bob.userId}`)).status).toBe(403)
    expect((await list(desk, `?from=${inHours(1)}&to=${inHours(3)}`)).total).toBe(2)
    const starts = (await list(desk, '?sort=start_at')).data.map(({ start_at }) => start_at)
    expect(starts).toEqual(starts.toSorted())

    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(
        desk,
        `?sort=-start_at&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      )
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.next_cursor
    } while (cursor !== null)
    expect(new Set(seen).size).toBe(5)
    expect((await system.send(desk, 'GET', '/bookings?cursor=nonsense')).status).toBe(400)
  })

  it('tell nothing of another organisation', async () => {
    const stranger = system.person('admin', randomUUID())
    const { body } = await book(student, wish(unitsOf(1), 1, 2))
    expect((await system.send(stranger, 'GET', `/bookings/${body.id}`)).status).toBe(404)
    expect((await step(stranger, body.id, 'approve')).status).toBe(404)
    expect((await system.send(stranger, 'GET', '/bookings')).body['total']).toBe(0)
  })
})

describe('bad input', () => {
  it.each([
    ['nothing', undefined, 415],
    ['broken JSON', '{', 400],
    ['an array', '[]', 400],
    ['an unknown field', { status: 'APPROVED' }, 400],
    ['no items', { items: [] }, 400],
    ['an end before the start', { start_at: inHours(2), end_at: inHours(1) }, 400],
    ['no time at all', { start_at: inHours(1), end_at: inHours(1) }, 400],
    ['more than 366 days', { end_at: inHours(24 * 370) }, 400],
    ['a time without an offset', { start_at: '2027-01-01T00:00:00' }, 400],
    ['the 30th of February', { start_at: '2027-02-30T00:00:00Z' }, 400],
    ['a quantity of nothing', { items: [{ resource_id: randomUUID(), quantity: 0 }] }, 400],
    ['a NUL in the purpose', { purpose: 'a\u0000b' }, 400],
    ['half a surrogate in the purpose', `{"purpose":"\\ud800"}`, 400],
  ])('with %s is refused and stores nothing', async (_, change, status) => {
    const before = await system.database.admin('select count(*) from booking')
    const body = typeof change === 'object' ? { ...wish(camera, 50, 51), ...change } : change
    const refused = await book(student, body)
    expect(refused.status).toBe(status)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(await system.database.admin('select count(*) from booking')).toEqual(before)
  })
})
