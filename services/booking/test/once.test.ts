import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let staff: Person
let lamps: Equipment

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
  lamps = system.equip(student.orgId, 'Lamp', 1)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

let hour = 0
const wish = (equipment = lamps) => {
  hour += 1
  return {
    start_at: inHours(hour),
    end_at: inHours(hour + 1),
    items: [{ resource_id: equipment.id, quantity: 1 }],
  }
}
const book = (body: unknown, key: string, as = student, headers: Record<string, string> = {}) =>
  system.send(as, 'POST', '/bookings', { body, key, headers })
const bookings = async () =>
  Number((await system.database.admin<{ count: string }>('select count(*) from booking'))[0]?.count)

describe('a request with an idempotency key', () => {
  it('has one effect however many copies of it arrive', async () => {
    const before = await bookings()
    const keys = Array.from({ length: 40 }, () => ({ key: randomUUID(), body: wish() }))
    const answers = await Promise.all(
      keys.flatMap(({ key, body }) => Array.from({ length: 8 }, () => book(body, key))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    for (const refused of answers.filter(({ status }) => status === 409)) {
      expect(refused.body).toMatchObject({ code: 'idempotency-in-flight' })
      expect(refused.headers.get('retry-after')).toBe('1')
    }
    expect((await bookings()) - before).toBe(keys.length)
  })

  it('hears the first answer again, byte for byte', async () => {
    const key = randomUUID()
    const body = wish()
    const first = await book(body, key)
    const again = await book(body, key)
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    for (const header of ['location', 'etag', 'content-type', 'content-length']) {
      expect([header, again.headers.get(header)]).toEqual([header, first.headers.get(header)])
    }
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })

  it('hears the first refusal again after its cause is gone, and not one of the moment', async () => {
    const taken = wish()
    const { body: holder } = await book(taken, randomUUID())
    const key = randomUUID()
    expect((await book(taken, key)).status).toBe(409)
    await system.send(staff, 'POST', `/bookings/${holder.id}/cancel`)
    const again = await book(taken, key)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([409, 'true'])

    const later = randomUUID()
    const fresh = wish()
    system.failInventory(true)
    expect((await book(fresh, later)).status).toBe(503)
    system.failInventory(false)
    await expectSoon(() => book(fresh, later), 201)
  })

  it('is refused with another body, and stores nothing', async () => {
    const key = randomUUID()
    const body = wish()
    await book(body, key)
    const before = await bookings()
    for (const changed of [
      { ...body, purpose: 'a' },
      { ...body, purpose: 'b' },
      `${JSON.stringify(body)} `,
    ]) {
      const refused = await book(changed, key)
      expect([refused.status, refused.body['code']]).toEqual([422, 'idempotency-key-reused'])
    }
    expect(await bookings()).toBe(before)
  })

  it('is another request when another user, organisation or path uses the key', async () => {
    const key = randomUUID()
    const mine = await book(wish(), key)
    const theirs = await book(wish(), key, staff)
    const orgId = randomUUID()
    const elsewhere = await book(wish(system.equip(orgId, 'Lamp', 1)), key, system.person('student', orgId))
    expect([mine, theirs, elsewhere].map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set([mine, theirs, elsewhere].map(({ body }) => body.id)).size).toBe(3)
    const approved = await system.send(staff, 'POST', `/bookings/${mine.body.id}/approve`, { key })
    expect(approved.status).toBe(200)
    const twice = await system.send(staff, 'POST', `/bookings/${mine.body.id}/approve`, { key })
    expect([twice.status, twice.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
  })

  it('is replayed before its precondition is judged', async () => {
    const { body } = await book(wish(), randomUUID())
    const key = randomUUID()
    const cancel = () => system.send(student, 'POST', `/bookings/${body.id}/cancel`, { key, ifMatch: '"1"' })
    expect((await cancel()).status).toBe(200)
    expect((await cancel()).status).toBe(200)
  })

  it.each([
    ['none', undefined, 400, 'idempotency-key-missing'],
    ['an empty one', '', 400, 'validation-failed'],
    ['a blank in it', 'a b', 400, 'validation-failed'],
    ['256 characters', 'x'.repeat(256), 400, 'validation-failed'],
    ['a letter beyond ASCII', 'schlüssel', 400, 'validation-failed'],
  ])('with %s is refused', async (_, key, status, code) => {
    const refused = await system.send(student, 'POST', '/bookings', {
      body: wish(),
      ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
    })
    expect([refused.status, refused.body['code']]).toEqual([status, code])
  })

  it('means the same key with and without the quotes of a structured field', async () => {
    const key = randomUUID()
    const body = wish()
    await book(body, `"${key}"`)
    expect((await book(body, key)).headers.get('idempotent-replayed')).toBe('true')
  })
})

/** The breaker may still be open for a moment after the neighbour is back. */
async function expectSoon(ask: () => Promise<{ status: number }>, status: number): Promise<void> {
  const until = Date.now() + 15_000
  let last = 0
  while (Date.now() < until) {
    last = (await ask()).status
    if (last === status) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(last).toBe(status)
}
