import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Database, openDatabase, rolesOf, sweepMessaging } from '@kitroom/database'
import { inHours, scaled, timeLimit } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

jest.setTimeout(scaled(60_000, 900_000))

let system: BookingSystem
let database: Database
let student: Person

beforeAll(async () => {
  system = await bookingSystem()
  database = openDatabase({ url: system.database.url, service: 'booking', entities: [] })
  student = system.person('student')
})
afterAll(async () => {
  await database.close()
  await system[Symbol.asyncDispose]()
})

const sweep = () => sweepMessaging(database, rolesOf(system.database.url).job)
/** For how long the sweep has held what it locks, and how many wait for it. */
const HELD = `
  with sweeping as (
    select pid, xact_start from pg_stat_activity
    where datname = current_database() and query like 'delete from idempotency_key%')
  select coalesce(max(extract(epoch from clock_timestamp() - xact_start) * 1000), 0)::float as ms,
    (select count(*)::int from pg_stat_activity as others, sweeping
     where others.wait_event_type = 'Lock' and sweeping.pid = any(pg_blocking_pids(others.pid))) as waiting
  from sweeping`

const book = (from: number) => {
  const { id } = system.equip(student.orgId, 'Lamp', 1)
  const body = {
    start_at: inHours(from),
    end_at: inHours(from + 1),
    items: [{ resource_id: id, quantity: 1 }],
  }
  return system.send(student, 'POST', '/bookings', { body, key: randomUUID() })
}

describe('a key (IDM-9)', () => {
  it('stands for its first request for 24 hours, and then for a new one', async () => {
    const path = `/bookings/${(await book(1)).body.id}/messages`
    const key = randomUUID()
    const write = () => system.send(student, 'POST', path, { body: { text: 'Is it there?' }, key })
    const written = async () => (await system.send(student, 'GET', path)).body['data']
    const age = async (by: string) => {
      await system.database.admin(`update idempotency_key set created_at = created_at - interval '${by}'`)
      await sweep()
    }
    const first = await write()
    await age('23 hours 59 minutes')
    const again = await write()
    expect([again.body.id, again.headers.get('idempotent-replayed')]).toEqual([first.body.id, 'true'])
    await age('1 minute')
    const anew = await write()
    expect([anew.status, anew.headers.get('idempotent-replayed')]).toEqual([201, null])
    expect(await written()).toMatchObject([{ id: first.body.id }, { id: anew.body.id }])
  })

  it('is swept among many while nobody waits for the sweep', async () => {
    const rows = scaled(5_000, 1_000_000)
    await system.database.admin(
      `insert into idempotency_key (org_id, user_id, method, path, key, fingerprint, status, headers, body, created_at)
       select $1, $2, 'POST', '/bookings', n, repeat('a', 64), 201, '{}', repeat('b', 500),
         clock_timestamp() - interval '25 hours' + n * interval '1 millisecond'
       from generate_series(1, $3::int) as n`,
      [student.orgId, student.userId, rows],
    )
    const began = performance.now()
    let isRunning = true
    const swept = sweep().finally(() => (isRunning = false))
    const held: { ms: number; waiting: number }[] = []
    const watching = async () => {
      do held.push(...(await system.database.admin<(typeof held)[number]>(HELD)))
      while (isRunning)
    }
    const waits: number[] = []
    const booking = async () => {
      do {
        const asked = performance.now()
        expect((await book(waits.length)).status).toBe(201)
        waits.push(performance.now() - asked)
      } while (isRunning)
    }
    await Promise.all([swept, watching(), booking()])
    const [seconds, slowest] = [(performance.now() - began) / 1_000, Math.max(...waits)]
    const longest = held.reduce((most, { ms }) => Math.max(most, ms), 0)
    console.info(
      `${rows} keys in ${seconds.toFixed(1)} s, locks held for ${longest.toFixed(0)} ms at most; ` +
        `${waits.length} bookings beside it, the slowest ${slowest.toFixed(0)} ms`,
    )
    expect(held.filter(({ waiting }) => waiting > 0)).toEqual([])
    expect(longest).toBeLessThan(timeLimit(200))
    const [left] = await system.database.admin<{ count: number }>(
      `select count(*)::int as count from idempotency_key where created_at < clock_timestamp() - interval '24 hours'`,
    )
    expect(left?.count).toBe(0)
  })
})
