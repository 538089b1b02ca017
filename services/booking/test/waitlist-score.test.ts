import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { clockOffBy } from '@kitroom/testing'
import { Client } from 'pg'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'
import { type Entry, waitingPeople } from './waiting-people.ts'

const HOUR = 3_600_000

let system: BookingSystem
let go: ReturnType<typeof waitingPeople>
let org: string
let staff: Person
/** Nobody can ever be offered it. */
let none: Equipment

beforeAll(async () => {
  system = await bookingSystem()
  go = waitingPeople(system)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})
beforeEach(() => {
  org = randomUUID()
  staff = system.person('staff', org)
  none = system.equip(org, 'None', 0)
})

const join = (person: Person) => go.join(person, go.wish(none, 1))
const student = () => system.person('student', org)
const ids = (entries: readonly Entry[]) => entries.map(({ id }) => id)
const from = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString()

/** A loan that came back so many hours after its end. */
async function lateBy(person: Person, hours: number): Promise<void> {
  const lamp = system.equip(org, 'Lamp', 1)
  const { id } = await go.book(staff, {
    start_at: from(-hours - 2),
    end_at: from(-hours),
    items: [{ resource_id: lamp.id, quantity: 1 }],
    on_behalf_of: person.userId,
  })
  await go.step(staff, id, 'approve')
  await go.step(staff, id, 'checkout', { picked_up_at: from(-hours - 1) })
  expect((await go.step(staff, id, 'return')).status).toBe(200)
}

describe('a priority score', () => {
  it('is made of the age, the role, late returns, open fines and active bookings, by the policy’s weights', async () => {
    system.rule(org, {
      score: {
        per_day_waiting: 100,
        late_return: -30,
        open_fine: -7,
        active_booking: -3,
        role: { student: 4 },
      },
    })
    const person = student()
    await lateBy(person, 3)
    await lateBy(person, 0.5)
    await go.book(person, go.wish(system.equip(org, 'Lamp', 1), 1))
    const { id } = await join(person)
    await system.database.admin(
      `update waitlist_entry set created_at = created_at - interval '36 hours' where id = $1`,
      [id],
    )
    const entry = await go.entry(person, id)
    expect(entry.score_factors).toEqual({
      age: { value: expect.closeTo(1.5, 2), weight: 100, points: expect.closeTo(150, 0) },
      role: { value: 'student', weight: 4, points: 4 },
      // The other one came back within the grace of the fines.
      late_returns: { value: 1, weight: -30, points: -30 },
      open_fines: { value: 1, weight: -7, points: -7 },
      active_bookings: { value: 1, weight: -3, points: -3 },
    })
    expect(entry.priority_score).toBeCloseTo(entry.score_factors['age']!.points + 4 - 30 - 7 - 3, 6)
  })

  it('follows what changes: a fine that is waived, a booking that ends', async () => {
    const person = student()
    const other = student()
    const fine = { user_id: person.userId, amount_cents: 100, reason: 'Lost cap' }
    const imposed = await system.send(staff, 'POST', '/fines', { body: fine })
    const booking = await go.book(person, go.wish(system.equip(org, 'Lamp', 1), 1))
    const mine = await join(person)
    const theirs = await join(other)
    expect(mine.priority_score).toBeCloseTo(-15, 1)
    expect(ids((await go.list(staff)).data)).toEqual([theirs.id, mine.id])
    expect((await go.entry(person, mine.id)).rank).toBe(2)

    await system.send(staff, 'POST', `/fines/${imposed.body.id}/waive`, { body: { reason: 'Found.' } })
    await go.step(person, booking.id, 'cancel')
    const { data } = await go.list(staff)
    expect(ids(data)).toEqual([mine.id, theirs.id])
    expect(data.map(({ rank }) => rank)).toEqual([1, 2])
    expect(data[0]).toMatchObject({ version: 1, score_factors: { open_fines: { value: 0 } } })
    const told = await system.database.admin(
      `select 1 from outbox where payload::jsonb -> 'data' ->> 'entity_id' = $1`,
      [mine.id],
    )
    // The score follows from other things, which are audited themselves.
    expect(told).toHaveLength(1)
  })

  it('is what the list is ordered by; of equal ones the older comes first, both ways and page by page', async () => {
    system.rule(org, { score: { per_day_waiting: 0 } })
    const entries: Entry[] = []
    for (const role of ['student', 'staff', 'student', 'admin', 'student'] as const) {
      entries.push(await join(system.person(role, org)))
    }
    const [s1 = '', t1 = '', s2 = '', a1 = '', s3 = ''] = ids(entries)
    const best = [t1, a1, s1, s2, s3]
    const { data } = await go.list(staff)
    expect(ids(data)).toEqual(best)
    expect(data.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5])
    expect(ids((await go.list(staff, '?sort=priority_score')).data)).toEqual([s3, s2, s1, a1, t1])
    expect(ids((await go.list(staff, '?sort=created_at')).data)).toEqual(ids(entries))

    const walked: string[] = []
    for (let query: string | null = '?limit=2'; query !== null;) {
      const page = await go.list(staff, query)
      walked.push(...ids(page.data))
      query = page.next_cursor === null ? null : `?limit=2&cursor=${page.next_cursor}`
    }
    expect(walked).toEqual(best)
  })

  it('is for each to see of their own, for staff of all', async () => {
    const [one, two] = [student(), student()]
    const [mine, theirs] = [await join(one), await join(two)]
    expect(ids((await go.list(one)).data)).toEqual([mine.id])
    expect((await go.act(two, mine.id, 'cancel')).status).toBe(403)
    expect((await go.act(staff, mine.id, 'accept')).status).toBe(403)
    expect((await system.send(one, 'GET', `/waitlist/${theirs.id}`)).status).toBe(403)
    expect(ids((await go.list(staff)).data)).toHaveLength(2)
    const stranger = system.person('admin')
    for (const path of [`/waitlist/${mine.id}`, `/waitlist/${randomUUID()}`]) {
      expect((await system.send(stranger, 'GET', path)).status).toBe(404)
    }
    expect((await go.act(stranger, mine.id, 'expire')).status).toBe(404)
  })

  it('ranks ten thousand in a handful of statements', async () => {
    await join(student())
    await system.database.admin(
      `with many as (
         select gen_random_uuid() as id, gen_random_uuid() as item,
           md5((n % 1000)::text)::uuid as person, n from generate_series(1, 10000) as n
       ), entries as (
         insert into waitlist_entry (org_id, id, requester_user_id, requester_role, status, start_at, end_at, created_at, updated_at)
         select $1, id, person, case n % 20 when 0 then 'staff' else 'student' end, 'WAITING',
           now() + interval '100 days', now() + interval '101 days', now() - n * interval '1 minute', now() from many
       )
       insert into waitlist_item (org_id, id, entry_id, position, resource_id, quantity, waiting)
       select $1, item, id, 0, $2, 1, true from many`,
      [org, none.id],
    )
    await system.database.admin(
      `insert into fine (org_id, id, user_id, reason, amount_cents, currency, status, created_at)
       select $1, gen_random_uuid(), md5(n::text)::uuid, 'Late', 100, 'EUR', 'OPEN', now() from generate_series(1, 300) as n`,
      [org],
    )
    await system.database.admin('analyze')
    await go.list(staff)
    const sent = jest.spyOn(Client.prototype, 'query')
    const began = performance.now()
    const { data } = await go.list(staff)
    const ms = Math.round(performance.now() - began)
    const statements = sentStatements(sent).filter(({ text }) => text.includes('waitlist'))
    sent.mockRestore()
    expect(data.map(({ rank }) => rank)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    const scores = data.map(({ priority_score }) => priority_score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    // Scores, page and ranks.
    expect(statements.length).toBeLessThanOrEqual(5)
    process.stderr.write(`a ranked page of 10,001 that wait took ${ms} ms\n`)
  })
})

describe('a service whose clock is wrong (WTL-6)', () => {
  it.each([
    ['an hour behind', -HOUR],
    ['an hour ahead', HOUR],
  ])('%s offers, keeps and ends offers as others do', async (_, skew) => {
    const lamp = system.equip(org, 'Lamp', 1)
    const [keeper, waiter, next] = [student(), student(), student()]
    const booking = await go.book(keeper, go.wish(lamp, 1))
    const [first, second] = [await go.join(waiter, go.wish(lamp, 1)), await go.join(next, go.wish(lamp, 1))]
    jest.useFakeTimers(clockOffBy(skew))
    try {
      await go.step(keeper, booking.id, 'cancel')
      await go.when(waiter, first.id, 'OFFERED')
      const [left] = await system.database.admin<{ seconds: number }>(
        `select extract(epoch from offer_expires_at - clock_timestamp())::float as seconds
         from waitlist_entry where id = $1`,
        [first.id],
      )
      expect(left?.seconds).toBeGreaterThan(570)
      expect(left?.seconds).toBeLessThanOrEqual(600)
      await system.database.admin(
        `with entry as (update waitlist_entry set offer_expires_at = clock_timestamp() where id = $1)
         update occupancy set held_until = clock_timestamp() where entry_id = $1`,
        [first.id],
      )
      expect((await go.act(waiter, first.id, 'accept')).body['code']).toBe('offer-expired')
      await go.when(next, second.id, 'OFFERED')
      expect((await go.act(next, second.id, 'accept')).status).toBe(200)
    } finally {
      jest.useRealTimers()
    }
  })
})
