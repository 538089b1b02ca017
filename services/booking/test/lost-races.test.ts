import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let lamps: Equipment

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  lamps = system.equip(student.orgId, 'Lamp', 1)
  // A sequence counts the tries, since what a transaction did to it stays when the transaction is undone.
  await system.database.admin('create sequence tries')
  await system.database.admin(`
    create function lose() returns trigger language plpgsql security definer set search_path = booking as $$
    begin
      if nextval('tries') <= tg_argv[1]::int then raise exception using errcode = tg_argv[0]; end if;
      return null;
    end $$`)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** From now on the database ends the first tries of whoever makes a booking. */
async function loseFirst(tries: number, code: string, when: 'at once' | 'at the commit'): Promise<void> {
  await system.database.admin(`alter sequence tries restart; drop trigger if exists lose on booking`)
  await system.database.admin(
    when === 'at once'
      ? `create trigger lose after insert on booking for each row execute function lose('${code}', '${tries}')`
      : `create constraint trigger lose after insert on booking deferrable initially deferred
         for each row execute function lose('${code}', '${tries}')`,
  )
}

let hour = 0
function wish() {
  hour += 2
  return {
    start_at: inHours(hour),
    end_at: inHours(hour + 1),
    items: [{ resource_id: lamps.id, quantity: 1 }],
  }
}

/** Asks once: the client of the other tests would ask again after a 503. */
async function book(body: object, key: string) {
  const response = await fetch(`${system.url}/bookings`, {
    method: 'POST',
    headers: {
      'X-Kitroom-Statement': await system.statementOf(student),
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { id?: string; code?: string }
  return { status: response.status, retryAfter: response.headers.get('retry-after'), answer }
}

/** Everything that a booking leaves behind, counted. */
async function left(): Promise<Record<string, number>> {
  const [counts] = await system.database.admin<Record<string, number>>(`
    select (select count(*)::int from booking) as bookings,
           (select count(*)::int from booking_item) as items,
           (select count(*)::int from booking_status_change) as changes,
           (select count(*)::int from occupancy) as occupancies,
           (select count(*)::int from outbox) as events,
           (select count(*)::int from idempotency_key) as keys`)
  return counts ?? {}
}

const more = (before: Record<string, number>, after: Record<string, number>) =>
  Object.fromEntries(Object.entries(after).map(([what, count]) => [what, count - (before[what] ?? 0)]))

const ONE = { bookings: 1, items: 1, changes: 1, occupancies: 1, events: 1, keys: 1 }
const NOTHING = { bookings: 0, items: 0, changes: 0, occupancies: 0, events: 0, keys: 0 }

describe.each(['40P01', '40001', '55P03'])('a booking whose transaction PostgreSQL ends with %s', (code) => {
  describe.each(['at once', 'at the commit'] as const)('%s', (when) => {
    it.each([1, 2, 3])('is made after %d such tries, with the effects of one (CON-7)', async (tries) => {
      await loseFirst(tries, code, when)
      const before = await left()
      expect(await book(wish(), randomUUID())).toMatchObject({ status: 201 })
      expect(more(before, await left())).toEqual(ONE)
      expect(await system.database.admin('select last_value::int as tries from tries')).toEqual([
        { tries: tries + 1 },
      ])
    })

    it('is not tried a fifth time: 503 that says when to come back, no effect, and then one (CON-7)', async () => {
      await loseFirst(4, code, when)
      const [before, body, key] = [await left(), wish(), randomUUID()]
      expect(await book(body, key)).toMatchObject({
        status: 503,
        retryAfter: expect.stringMatching(/^[1-9]\d*$/),
        answer: { code: 'dependency-unavailable' },
      })
      expect(more(before, await left())).toEqual(NOTHING)
      expect(await system.database.admin('select last_value::int as tries from tries')).toEqual([
        { tries: 4 },
      ])
      expect(await book(body, key)).toMatchObject({ status: 201 })
      expect(more(before, await left())).toEqual(ONE)
    })
  })
})
