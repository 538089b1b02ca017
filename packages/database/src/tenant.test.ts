import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  hasPgbouncer,
  pgbouncerBefore,
  scaled,
  seededRandom,
  type TestDatabase,
  testDatabase,
} from '@kitroom/testing'

import { type Database, messagingTables, openDatabase, rolesOf, sql, tenantTable } from './index.ts'

const TURNS = scaled(1_000, 10_000)

const schema = {
  name: '20261121000000_lamp',
  up: (roles: ReturnType<typeof rolesOf>) => `
    ${messagingTables(roles)}
    create table lamp (org_id uuid not null, id uuid not null, primary key (org_id, id));
    ${tenantTable('lamp', roles, 'select, insert')}`,
}

/** How a turn of an organisation ends. */
const ENDINGS = ['commit', 'thrown', 'refused by the database'] as const

const poolOn = (url: string) => openDatabase({ url, service: 'booking', entities: [], poolSize: 1 })

/** The pool of each of the two organisations, and what is to be disposed of with them. */
type Pools = (url: string) => Promise<{ pools: readonly [Database, Database]; under?: AsyncDisposable }>
const onePool: Pools = (url) => {
  const pool = poolOn(url)
  return Promise.resolve({ pools: [pool, pool] })
}
const twoBehindPgbouncer: Pools = async (url) => {
  const under = await pgbouncerBefore(url)
  return { pools: [poolOn(under.url), poolOn(under.url)], under }
}

// A checkout does not bring a PgBouncer along: where the machine has none, that part is passed over.
describe.each([
  ['a pool of one connection', onePool, it],
  ['the one connection of a PgBouncer', twoBehindPgbouncer, hasPgbouncer() ? it : it.skip],
] as const)('%s, which two organisations take in turns', (_, poolsOn, turnsIt) => {
  let on: TestDatabase
  let made: Awaited<ReturnType<Pools>> | undefined
  const orgs = [randomUUID(), randomUUID()] as const

  beforeAll(async () => {
    on = await testDatabase('booking', [schema])
    if (turnsIt === it) made = await poolsOn(on.url)
  })
  afterAll(async () => {
    await Promise.all(made?.pools.map((pool) => pool.close()) ?? [])
    await made?.under?.[Symbol.asyncDispose]()
    await on[Symbol.asyncDispose]()
  })
  const poolOf = (orgId: string) => {
    const pool = made?.pools[orgId === orgs[0] ? 0 : 1]
    if (pool === undefined) throw new Error('There is no pool.')
    return pool
  }

  const ABORTED = new Error('given up')

  /** One transaction of an organisation: it writes a row, and gives the organisations of all rows it sees. */
  async function turn(orgId: string, ending: (typeof ENDINGS)[number]): Promise<string[]> {
    let seen: string[] = []
    const origin = { orgId, userId: null, requestId: 'turn' }
    await poolOf(orgId)
      .transaction(origin, async ({ query }) => {
        await query(sql`insert into lamp (org_id, id) values (${orgId}, ${randomUUID()})`)
        const rows = await query(sql<{ org: string }>`select distinct org_id as org from lamp`)
        seen = rows.map(({ org }) => org)
        if (ending === 'thrown') throw ABORTED
        if (ending === 'refused by the database') await query(sql`select 1 / 0`)
      })
      .catch((error: unknown) => {
        if (ending === 'commit') throw error
      })
    return seen
  }

  /** Reads of an organisation, of which the last one is refused by the database now and then. */
  const look = (orgId: string, fails: boolean) =>
    poolOf(orgId).read(orgId, async (query) => {
      const rows = await query(
        sql<{ org: string }>`select distinct org_id as org from lamp where org_id <> ${randomUUID()}`,
      )
      if (fails) await query(sql`select 1 / ${0}::int`).catch(() => undefined)
      return rows.map(({ org }) => org)
    })

  turnsIt(
    'shows neither a row of the other, nor any to who names nobody (TEN-7)',
    async () => {
      const random = seededRandom()
      console.info(`TEN-7: ${TURNS} turns, KITROOM_TEST_SEED=${random.seed}`)
      const counts = { commit: 0, thrown: 0, 'refused by the database': 0 }
      for (let at = 0; at < TURNS; at += 1) {
        const orgId = orgs[at % 2 === 0 ? 0 : 1]
        const ending = at < 2 ? 'commit' : random.pick(ENDINGS)
        counts[ending] += 1
        expect(await turn(orgId, ending)).toEqual([orgId])
        expect(await look(orgId, random.below(4) === 0)).toEqual([orgId])
        if (at % 10 !== 0) continue
        const nobodys = await poolOf(orgId).asRole(rolesOf(on.url).app, (query) =>
          query(sql<{ org: string; rows: number }>`
          select coalesce(current_setting('app.org_id', true), '') as org, (select count(*) from lamp) as rows`),
        )
        expect(nobodys).toEqual([{ org: '', rows: 0 }])
      }
      const kept = await on.admin<{ rows: number }>('select count(*)::int as rows from lamp')
      expect(kept).toEqual([{ rows: counts.commit }])
      expect(counts.commit).toBeLessThan(TURNS / 2)
    },
    300_000,
  )
})
