import { setTimeout as sleep } from 'node:timers/promises'

import type { Origin } from '@kitroom/contracts'
import { counter } from '@kitroom/observability'
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import { isSpanContextValid, trace } from '@opentelemetry/api'

import { claim, isStoredRefusal, keyLock, store } from './idempotency.ts'
import { Changes, writeOutbox } from './messaging/changes.ts'
import { isRetryable, RETRYABLE, sqlStateOf } from './postgres-error.ts'
import { type Query, queryOn, sql } from './sql.ts'

/** What a use case's stores work with, until its transaction ends. */
export interface Transaction {
  em: EntityManager
  query: Query
  changes: Changes
  /** The database's clock when the transaction began. */
  now: Date
  /** Waits for the advisory locks of these names, sorted by their 64-bit keys, held until commit. */
  lock: (names: readonly string[]) => Promise<void>
}

const RETRIES = 3
/** Whoever has waited for a lock as long as one may (2 s) is not made to wait again (CON-10). */
const RETRY_WITHIN_MS = 1_500

const retries = counter('kitroom.db.transaction.retries', {
  unit: '{transaction}',
  description: 'Transactions that lost a race and were run again, by what PostgreSQL said.',
})
for (const code of RETRYABLE) retries.add(0, { 'db.response.status_code': code })

interface Opening {
  isolation: string
  now: Date
  locked: boolean
}

/** The first statement of every transaction: the tenant, the clock, the isolation and perhaps the key's lock. */
function opening(origin: Origin) {
  const { once } = origin
  const locked =
    once === undefined
      ? sql`true`
      : sql`pg_try_advisory_xact_lock(hashtextextended(${keyLock(origin, once)}, 0))`
  return sql<Opening>`
    select set_config('app.org_id', ${origin.orgId}, true), current_setting('transaction_isolation') as isolation,
           clock_timestamp() as now, ${locked} as locked`
}

/** Takes advisory locks in one statement of its own, so that what is read next is newer than the locks. */
function lockOn(query: Query): Transaction['lock'] {
  return async (names) => {
    if (names.length === 0) return
    await query(sql`
      select pg_advisory_xact_lock(key) from (
        select distinct hashtextextended(name, 0) as key from unnest(${[...names]}::text[]) as name order by key
      ) as sorted`)
  }
}

function traceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined || !isSpanContextValid(span)) return undefined
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
}

async function attempt<T>(
  orm: MikroORM,
  service: string,
  origin: Origin,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ result: T; changed: boolean }> {
  return orm.em.fork().transactional(async (em) => {
    const query = queryOn(em.getKysely())
    const [opened] = await query(opening(origin))
    if (opened?.isolation !== 'read committed') {
      throw new Error(
        `Locks are worthless at ${String(opened?.isolation)}: transactions must be READ COMMITTED.`,
      )
    }
    if (origin.once !== undefined) await claim(query, origin, origin.once, opened.locked)
    const changes = new Changes()
    const result = await work({ em, query, changes, now: opened.now, lock: lockOn(query) })
    await em.flush()
    const settled = changes.settle()
    await writeOutbox(query, service, origin, settled, traceparent())
    if (origin.once !== undefined) await store(query, origin, origin.once, origin.once.answer(result))
    return { result, changed: settled.length > 0 }
  })
}

/** Keeps a business refusal of an idempotent request, after its effects were rolled back. */
async function storeRefusal(orm: MikroORM, origin: Origin, error: unknown): Promise<void> {
  const { once } = origin
  if (once === undefined || !isStoredRefusal(error)) return
  await orm.em.fork().transactional(async (em) => {
    const query = queryOn(em.getKysely())
    const [opened] = await query(opening(origin))
    await claim(query, origin, once, opened?.locked ?? false)
    await store(query, origin, once, once.refusal(error))
  })
}

/**
 * Runs one use case in one transaction at READ COMMITTED: tenant set, idempotency key claimed, work done, changes
 * written to the outbox, answer stored. A transaction that lost a race (40001, 40P01, 55P03) is run again as a
 * whole, at most three times, and not once it has taken long.
 */
export async function runTransaction<T>(
  orm: MikroORM,
  service: string,
  origin: Origin,
  translated: (error: unknown) => unknown,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ result: T; changed: boolean }> {
  const began = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(orm, service, origin, work)
    } catch (error) {
      if (isRetryable(error) && tries < RETRIES && performance.now() - began < RETRY_WITHIN_MS) {
        retries.add(1, { 'db.response.status_code': sqlStateOf(error) })
        await sleep(5 + Math.random() * 20 * 2 ** tries)
        continue
      }
      const failure = translated(error)
      try {
        await storeRefusal(orm, origin, failure)
      } catch (unstored) {
        throw translated(unstored)
      }
      throw failure
    }
  }
}
