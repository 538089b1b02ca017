import { randomUUID } from 'node:crypto'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Cable, layCable, scaled, type TestDatabase, testDatabase, timeLimit } from '@kitroom/testing'

import { type Database, messagingTables, openDatabase, type Query, sql } from './index.ts'

const POOL = 2
/** On a busy machine everything takes a second now and then. */
const ANSWER_MS = scaled(3_000, 1_000)
const orgId = randomUUID()
const UNAVAILABLE = { code: 'dependency-unavailable', retryAfterSeconds: 1 }

let on: TestDatabase
let cable: Cable
let database: Database

beforeEach(async () => {
  on = await testDatabase('booking', [{ name: '20261121000000_messaging', up: messagingTables }])
  const url = new URL(on.url)
  cable = await layCable(Number(url.port))
  url.port = String(cable.port)
  database = openDatabase({
    url: url.toString(),
    service: 'booking',
    entities: [],
    poolSize: POOL,
    answerWithinMs: ANSWER_MS,
  })
})
afterEach(async () => {
  await database.close()
  await cable[Symbol.asyncDispose]()
  await on[Symbol.asyncDispose]()
})

const one = (query: Query) => query(sql<{ one: number }>`select 1 as one`)
const ask = () => database.read(orgId, one)
const terminate = () =>
  on.admin(`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'kitroom-booking'`)

/** More often than the pool has connections: one that is not given back is missed. */
async function everyConnection(loses: () => Promise<unknown>): Promise<void> {
  for (let times = 0; times < POOL + 2; times++) await expect(loses()).rejects.toMatchObject(UNAVAILABLE)
  await Promise.all(Array.from({ length: POOL }, ask))
}

describe('a pool whose connections are lost', () => {
  it('in the middle of transactions has them all again', async () => {
    await everyConnection(() =>
      database.readHolding(orgId, async (query) => {
        await terminate()
        return one(query)
      }),
    )
  })

  it('as transactions begin has them all again', async () => {
    await ask()
    for (let times = 0; times < POOL + 2; times++) {
      cable.fray(1, () => 0)
      await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
      cable.mend()
      await ask()
    }
    await Promise.all(Array.from({ length: POOL }, ask))
  })

  it('at commits has them all again', async () => {
    const asking = { orgId, userId: randomUUID(), requestId: 'request-1' }
    await everyConnection(() =>
      database.transaction(asking, async ({ query }) => {
        await one(query)
        cable.cut()
        cable.mend()
      }),
    )
  })

  it('without a word has them all again, and nobody waits longer than for an answer', async () => {
    await everyConnection(async () => {
      const began = performance.now()
      try {
        await database.readHolding(orgId, (query) => {
          cable.silence()
          return one(query)
        })
      } finally {
        // Not for the rollback too.
        expect(performance.now() - began).toBeLessThan(2 * ANSWER_MS - 100)
        cable.mend()
      }
    })
    expect(cable.hits).toBeGreaterThan(POOL)
  })
})

describe('a pool of which every connection is held', () => {
  it('says within about a second that it has none, and has them all afterwards', async () => {
    const release = Promise.withResolvers<undefined>()
    const taken = Array.from({ length: POOL }, () => Promise.withResolvers<undefined>())
    const holding = taken.map(({ resolve }) =>
      database.readHolding(orgId, () => {
        resolve(undefined)
        return release.promise
      }),
    )
    await Promise.all(taken.map(({ promise }) => promise))
    const began = performance.now()
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, ask))
    expect(performance.now() - began).toBeLessThan(timeLimit(2_000))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: UNAVAILABLE })
    release.resolve(undefined)
    await Promise.all(holding)
    await Promise.all(Array.from({ length: 20 }, ask))
  })
})
