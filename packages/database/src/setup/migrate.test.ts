import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { scaled, type TestDatabase, testDatabase, timeLimit } from '@kitroom/testing'
import { Client } from 'pg'

import { migrate, type SqlMigration } from '../index.ts'

const lamp: SqlMigration = {
  name: '1_lamp',
  up: ({ app }) =>
    `create table lamp (id int primary key, watts int); grant select, insert on lamp to ${app}`,
}
const colour: SqlMigration = { name: '2_colour', up: () => 'alter table lamp add column colour text' }
const byColour: SqlMigration = {
  name: '3_by_colour',
  up: () => [
    'drop index concurrently if exists lamp_by_colour',
    'create unique index concurrently lamp_by_colour on lamp (colour)',
  ],
}
const positive: SqlMigration[] = [
  {
    name: '4_positive',
    up: () => 'alter table lamp add constraint lamp_watts check (watts > 0) not valid',
  },
  { name: '5_positive_validated', up: () => 'alter table lamp validate constraint lamp_watts' },
]

let database: TestDatabase
const run = (...migrations: SqlMigration[]) =>
  migrate({ url: database.migrationUrl, schema: 'lamps', migrations, patienceMs: 20_000 })

beforeAll(async () => {
  database = await testDatabase('lamps', [lamp])
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

describe('a migration', () => {
  it('gives way to a long reader again and again, so that nobody waits behind it for a second', async () => {
    await using reader = await connected()
    await reader.query('begin')
    await reader.query('select count(*) from lamp')

    const migrating = run(lamp, colour)
    const waits: number[] = []
    await using client = await connected()
    const rightNow = Date.now
    const hour = jest.spyOn(Date, 'now')
    for (const start = performance.now(); performance.now() < start + 5_000;) {
      // Its patience is a matter of how long, not of what time it is.
      if (performance.now() > start + 3_000) hour.mockImplementation(() => rightNow() + 3_600_000)

      const began = performance.now()
      await client.query('select watts from lamp limit 1')
      waits.push(performance.now() - began)
    }
    hour.mockRestore()
    expect(Math.max(...waits)).toBeLessThan(scaled(3_000, 1_000))
    expect(waits.some((ms) => ms > 200)).toBe(true)
    await reader.query('commit')
    expect(await migrating).toEqual(['2_colour'])
  })

  it('waits for a database that cannot be reached yet, as where everything is started at once', async () => {
    await using way = await wayThat(2)
    const weight = { name: '2_weight', up: () => 'alter table lamp add column weight int' }
    expect(await migrate({ url: way.url, schema: 'lamps', migrations: [lamp, colour, weight] })).toEqual([
      '2_weight',
    ])
    expect(way.cut()).toBe(2)
  })

  it('does not wait where it is not let in', async () => {
    const url = new URL(database.migrationUrl)
    url.password = 'another'
    await expect(migrate({ url: url.toString(), schema: 'lamps', migrations: [lamp] })).rejects.toMatchObject(
      { code: '28P01' },
    )
  })

  it('is run by one of several who start at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => run(lamp, colour, ...positive)))
    expect(runs.toSorted((one, other) => other.length - one.length)).toEqual([
      ['4_positive', '5_positive_validated'],
      [],
      [],
    ])
  })

  it('outside a transaction waits for who was there before, holds up nobody, and heals what failed half-way', async () => {
    await database.admin(`insert into lamp values (1, 5, 'red'), (2, 5, 'red')`)
    const all = [lamp, colour, ...positive, byColour]
    await expect(run(...all)).rejects.toThrow(/could not create unique index/)
    const broken = `select 1 from pg_index where not indisvalid and indexrelid = 'lamp_by_colour'::regclass`
    expect(await database.admin(broken)).toHaveLength(1)

    await database.admin('delete from lamp where id = 2')
    await using reader = await connected()
    await reader.query('begin isolation level repeatable read')
    await reader.query('select 1 from lamp')
    const migrating = run(...all)
    await using client = await connected()
    for (let id = 10; id < 30; id++) {
      const began = performance.now()
      await client.query('insert into lamp values ($1, 1, $2)', [id, String(id)])
      expect(performance.now() - began).toBeLessThan(timeLimit(1_000))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await reader.query('commit')
    expect(await migrating).toEqual(['3_by_colour'])
    expect(await database.admin(broken)).toHaveLength(0)
  })
})

/** A way to the database over which the first connections are cut as soon as they are made. */
async function wayThat(cuts: number) {
  const { hostname, port } = new URL(database.migrationUrl)
  let cut = 0
  const way = createServer((from) => {
    from.on('error', () => undefined)
    if (cut < cuts) {
      cut += 1
      from.destroy()
      return
    }
    const to = connect(Number(port), hostname)
    to.on('error', () => undefined)
    from.pipe(to).pipe(from)
  })
  await once(way.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(database.migrationUrl)
  url.host = `127.0.0.1:${(way.address() as AddressInfo).port}`
  const close = async () => {
    await once(way.close(), 'close')
  }
  return { url: url.toString(), cut: () => cut, [Symbol.asyncDispose]: close }
}

async function connected() {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
