import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Database, openDatabase, rolesOf, sweepMessaging } from '@kitroom/database'
import { inHours, scaled } from '@kitroom/testing'

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
    const swept = sweep().then(() => true)
    const soon = () => new Promise<false>((resolve) => setImmediate(resolve, false))
    const waits: number[] = []
    do {
      const asked = performance.now()
      expect((await book(waits.length)).status).toBe(201)
      waits.push(performance.now() - asked)
    } while (!(await Promise.race([swept, soon()])))
    const seconds = (performance.now() - began) / 1_000
    const slowest = Math.max(...waits)
    console.info(
      `${rows} keys in ${seconds.toFixed(1)} s; ${waits.length} bookings beside it, the slowest ${slowest.toFixed(0)} ms`,
    )
    expect(slowest).toBeLessThan(scaled(Infinity, 200))
    const [left] = await system.database.admin<{ count: number }>(
      `select count(*)::int as count from idempotency_key where created_at < clock_timestamp() - interval '24 hours'`,
    )
    expect(left?.count).toBe(0)
  })
})
