import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { rolesOf } from '@kitroom/database'
import { inHours, scaled, seededRandom, timeLimit, until } from '@kitroom/testing'

import {
  type Answer,
  type BookingSystem,
  bookingSystem,
  type Equipment,
  type Person,
} from './booking-system.ts'
import { withClients } from './with-clients.ts'

jest.setTimeout(scaled(60_000, 900_000))

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
    const keys = Array.from({ length: scaled(40, 2_000) }, () => ({ key: randomUUID(), body: wish() }))
    const copies = keys.flatMap(({ key, body }) =>
      Array.from({ length: scaled(8, 16) }, () => () => book(body, key)),
    )
    const answers = await withClients(32, copies)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    for (const refused of answers.filter(({ status }) => status === 409)) {
      expect(refused.body).toMatchObject({ code: 'idempotency-in-flight' })
      expect(refused.headers.get('retry-after')).toBe('1')
    }
    expect((await bookings()) - before).toBe(keys.length)
  })

  it('is told at once to come back while the first of its copies runs (IDM-5)', async () => {
    const { admin } = system.database
    // No lock, since waiting for one would end the first of them after two seconds.
    await admin('create table gate as select')
    await admin(`
      create function wait_at_gate() returns trigger language plpgsql security definer set search_path = booking as $$
      begin
        while exists (select from gate) loop perform pg_sleep(0.01); end loop;
        return null;
      end $$`)
    await admin('create trigger wait after insert on booking for each row execute function wait_at_gate()')
    const [key, body] = [randomUUID(), wish()]
    const first = book(body, key)
    const waits: number[] = []
    const copies = Array.from({ length: scaled(20, 100) }, () => async () => {
      const began = performance.now()
      const copy = await book(body, key)
      waits.push(performance.now() - began)
      return [copy.status, copy.body['code'], copy.headers.get('retry-after')]
    })
    const isWaiting = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
    await until(
      () => admin(isWaiting),
      (found) => found.length === 1,
    )
    const told = await withClients(2, copies).finally(() => admin('delete from gate'))
    expect((await first).status).toBe(201)
    await admin('drop trigger wait on booking')
    expect(told).toEqual(copies.map(() => [409, 'idempotency-in-flight', '1']))
    console.info(`${copies.length} copies, the slowest after ${Math.max(...waits).toFixed(0)} ms`)
    expect(Math.max(...waits)).toBeLessThan(timeLimit(100))
  })

  it('hears the first answer again, byte for byte', async () => {
    const told = ({ status, text, headers }: Answer) => ({
      status,
      text,
      headers: ['location', 'etag', 'content-type', 'content-length'].map((name) => headers.get(name)),
    })
    for (let round = 0; round < scaled(25, 500); round++) {
      const body = { ...wish(), purpose: `Prüfung ${round}, „Licht“ \u2028 🎥` }
      for (const status of [201, 409]) {
        const key = randomUUID()
        const first = await book(body, key)
        const again = await book(body, key)
        expect(told(again)).toEqual(told(first))
        expect(again.status).toBe(status)
        expect(first.headers.get('idempotent-replayed')).toBeNull()
        expect(again.headers.get('idempotent-replayed')).toBe('true')
      }
    }
  })

  it('is refused with another byte in its body or media type, and stores nothing (IDM-4)', async () => {
    const dice = seededRandom()
    console.info(`seed ${dice.seed}`)
    const [key, json] = [randomUUID(), 'application/json']
    const body = JSON.stringify({ ...wish(), purpose: 'abcdefghijklmnopqrstuvwxyz' }, null, 1)
    const first = await book(body, key)
    expect(first.status).toBe(201)
    const before = await bookings()
    const placesOf = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(({ index }) => index)
    const changed = (text: string, at: number, byte: string) => text.slice(0, at) + byte + text.slice(at + 1)
    const [letters, blanks] = [placesOf(/(?<="purpose": "\w*)\w/g, body), placesOf(/\s(?=\s*["{}\]])/g, body)]
    const mutations: (() => [body: string, type: string])[] = [
      () => {
        const at = dice.pick(letters)
        return [changed(body, at, body.charAt(at).toUpperCase()), json]
      },
      () => [changed(body, dice.pick(blanks), '\t'), json],
      () => {
        const at = dice.pick(placesOf(/[a-z]/g, json))
        return [body, changed(json, at, json.charAt(at).toUpperCase())]
      },
    ]
    for (let n = 0; n < scaled(30, 500); n++) {
      const [sent, type] = dice.pick(mutations)()
      const refused = await book(sent, key, student, { 'Content-Type': type })
      expect({ sent, type, answer: [refused.status, refused.body['code']] }).toEqual({
        sent,
        type,
        answer: [422, 'idempotency-key-reused'],
      })
    }
    expect(await bookings()).toBe(before)
    expect((await book(body, key)).text).toBe(first.text)
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

  interface Refusable {
    ask: (key: string) => Promise<Answer>
    /** Takes the cause of the refusal away, or sends what is right from now on. */
    repair: () => unknown
  }
  const approvalBy = (who: { as: Person }, id: string) => (key: string) =>
    system.send(who.as, 'POST', `/bookings/${id}/approve`, { key })

  it.each<[number, () => Promise<Refusable>]>([
    [
      404,
      async () => {
        const elsewhere = system.equip(randomUUID(), 'Lamp', 1)
        const body = wish(elsewhere)
        return {
          ask: (key) => book(body, key),
          repair: () => system.share({ ...elsewhere, orgId: student.orgId }),
        }
      },
    ],
    [
      409,
      async () => {
        const body = wish()
        const { id } = (await book(body, randomUUID())).body
        return {
          ask: (key) => book(body, key),
          repair: () => system.send(staff, 'POST', `/bookings/${id}/cancel`),
        }
      },
    ],
    [
      412,
      async () => {
        const { id } = (await book(wish(), randomUUID())).body
        return {
          ask: (key) => system.send(staff, 'POST', `/bookings/${id}/approve`, { key, ifMatch: '"2"' }),
          repair: () =>
            system.send(student, 'PATCH', `/bookings/${id}`, { body: { purpose: 'a' }, ifMatch: '"1"' }),
        }
      },
    ],
  ])('hears %i again after its cause is gone (IDM-8)', async (status, made) => {
    const { ask, repair } = await made()
    const key = randomUUID()
    const refused = await ask(key)
    expect([refused.status, refused.headers.get('idempotent-replayed')]).toEqual([status, null])
    await repair()
    const again = await ask(key)
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([refused.text, 'true'])
    expect((await ask(randomUUID())).status).toBeLessThan(300)
  })

  it.each<[number, string, () => Promise<Refusable>]>([
    [
      400,
      'of its body',
      async () => {
        const body: object = wish()
        const sent = { ...body, items: [] as unknown }
        return { ask: (key) => book(sent, key), repair: () => Object.assign(sent, body) }
      },
    ],
    [
      401,
      'of nobody',
      async () => {
        const body = wish()
        const nobody = await system.signerOf('gateway').sign('booking', { address: '192.0.2.1' })
        const headers: Record<string, string> = { 'X-Kitroom-Statement': nobody }
        return {
          ask: (key) => book(body, key, student, headers),
          repair: () => delete headers['X-Kitroom-Statement'],
        }
      },
    ],
    [
      403,
      'of a role',
      async () => {
        const { id } = (await book(wish(), randomUUID())).body
        const who = { as: student }
        return {
          ask: approvalBy(who, id),
          repair: () => (who.as = { ...student, roles: ['staff'] }),
        }
      },
    ],
    [
      403,
      'found within the work',
      async () => {
        // Over already, which only the transaction finds.
        const over = { ...wish(), start_at: inHours(-3), end_at: inHours(-2), on_behalf_of: student.userId }
        const { id } = (await book(over, randomUUID(), staff)).body
        await approvalBy({ as: staff }, id)(randomUUID())
        const who = { as: student }
        const body = { end_at: inHours(0.5) }
        return {
          ask: (key) => system.send(who.as, 'POST', `/bookings/${id}/extend`, { body, key }),
          repair: () => (who.as = { ...student, roles: ['staff'] }),
        }
      },
    ],
    [
      415,
      'of its media type',
      async () => {
        const body = wish()
        const headers = { 'Content-Type': 'text/plain' }
        return {
          ask: (key) => book(body, key, student, headers),
          repair: () => (headers['Content-Type'] = 'application/json'),
        }
      },
    ],
    [
      500,
      'of a bug',
      async () => {
        const body = wish()
        const { app } = rolesOf(system.database.url)
        await system.database.admin(`revoke insert on booking from ${app}`)
        return {
          ask: (key) => book(body, key),
          repair: () => system.database.admin(`grant insert on booking to ${app}`),
        }
      },
    ],
    [
      503,
      'of a neighbour',
      async () => {
        const body = wish()
        system.failInventory(true)
        return { ask: (key) => book(body, key), repair: () => system.failInventory(false) }
      },
    ],
  ])('does not hear %i %s again after its cause is gone (IDM-8)', async (status, _, made) => {
    const { ask, repair } = await made()
    const key = randomUUID()
    expect((await ask(key)).status).toBe(status)
    await repair()
    // The breaker may still be open for a moment after the neighbour is back.
    const again = await until(
      () => ask(key),
      (answer) => answer.status !== 503,
    )
    expect(again.status).toBeLessThan(300)
    expect(again.headers.get('idempotent-replayed')).toBeNull()
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
