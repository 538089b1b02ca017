import { setTimeout as sleep } from 'node:timers/promises'

import type { Origin } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { counter } from '@kitroom/observability'
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import { isSpanContextValid, trace } from '@opentelemetry/api'
import type { CompiledQuery } from 'kysely'

import type { Execute, framed } from './framed.ts'
import { claim, isStoredRefusal, keyLock, lookUp, store } from './idempotency.ts'
import { Changes, outboxRows } from './messaging/changes.ts'
import { isRetryable, RETRYABLE, sqlStateOf } from './postgres-error.ts'
import { type Query, type Sql, sql } from './sql.ts'

/** What a use case's stores work with, until its transaction ends. */
export interface Transaction {
  em: EntityManager
  query: Query
  changes: Changes
  /** The database's clock when the transaction began. */
  now: Date
  /**
   * Sends a statement whose rows nobody needs, without waiting for it. Where it fails, so does all that follows, and the
   * transaction with its error.
   */
  send: (statement: Sql) => void
  /**
   * Takes the advisory locks of these names, sorted by their 64-bit keys, held until commit. What is asked next waits for
   * them.
   */
  lock: (names: readonly string[]) => void
  /** Gives statements that are to stay when the work is refused, and everything else is taken back. */
  whenRefused: (statements: (failure: Failure) => readonly Sql[]) => void
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

/** In one statement of its own, so that what is read next is newer than the locks. */
function lockOn(send: Transaction['send']): Transaction['lock'] {
  return (names) => {
    if (names.length === 0) return
    send(sql`
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

/** What transactions are made of. */
export interface Parts {
  orm: MikroORM
  inFrame: ReturnType<typeof framed>
  service: string
  /** Hears why something that was to stay of a refusal is lost. */
  onUnkept: (error: unknown) => void
}

interface Done<T> {
  result: T
  changed: boolean
}

/** A refusal, and what of it is to stay. */
interface Staying {
  refusal: Failure
  statements: readonly Sql[]
  /** The first of them stores the answer of an idempotent request, for which the key has to be claimed. */
  storesAnswer: boolean
}

/** What a refusal takes back: all that was done and locked, but not the claim of the key. */
const SAVEPOINT = sql`savepoint work`
const BACK = sql`rollback to savepoint work`

/**
 * @param staying says what of an error is to stay; then it is written in the same transaction, unless a statement failed in it
 * @returns what was done, or the refusal that stays
 */
async function attempt<T>(
  { orm, inFrame, service }: Parts,
  origin: Origin,
  work: (tx: Transaction) => Promise<T>,
  whenRefused: Transaction['whenRefused'],
  staying: (error: unknown) => Staying | undefined,
): Promise<Done<T> | Staying> {
  const { once } = origin
  return inFrame({ readsOnly: false, first: opening(origin) }, async (within) => {
    const { opened, query, send, execute } = within
    const found = once === undefined ? undefined : query(lookUp(origin, once))
    const [[opening], em, [stored] = []] = await Promise.all([opened, entityManager(orm, execute), found])
    if (opening?.isolation !== 'read committed') {
      throw new Error(
        `Locks are worthless at ${String(opening?.isolation)}: transactions must be READ COMMITTED.`,
      )
    }
    // The database's clock, carried on by ours: a change that waited for a lock happened after that, not at the first statement.
    const began = performance.now()
    const clock = () => new Date(opening.now.getTime() + performance.now() - began)
    if (once !== undefined) {
      claim(once, opening.locked, stored)
      send(SAVEPOINT)
    }
    const changes = new Changes()
    try {
      const tools = { em, query, send, changes, whenRefused }
      const result = await work({ ...tools, now: opening.now, lock: lockOn(send) })
      await em.flush()
      const settled = changes.settle()
      const occasion = { service, origin, now: clock(), traceparent: traceparent() }
      for (const rows of outboxRows(occasion, settled)) send(rows)
      if (once !== undefined) send(store(origin, once, once.answer(result)))
      return { result, changed: settled.length > 0 }
    } catch (error) {
      const stays = once === undefined || within.hasFailed() ? undefined : staying(error)
      if (stays === undefined) throw error
      send(BACK)
      for (const statement of stays.statements) send(statement)
      return stays
    }
  })
}

/**
 * An entity manager of the ORM whose statements run within a transaction that was begun without it: it asks the outer one for
 * a savepoint, and is given the whole.
 */
async function entityManager(orm: MikroORM, execute: Execute): Promise<EntityManager> {
  const within = {
    executeQuery: async (compiled: CompiledQuery) => {
      const { command, rowCount, rows } = await execute(compiled)
      return { rows, ...(command === 'SELECT' ? {} : { numAffectedRows: BigInt(rowCount ?? 0) }) }
    },
  }
  const ctx = { savepoint: () => ({ execute: () => Promise.resolve(within) }) }
  const em = orm.em.fork()
  await em.begin({ ctx })
  return em
}

/** Writes what is to stay of a refusal in a transaction of its own. */
async function keep(
  { inFrame }: Parts,
  origin: Origin,
  { storesAnswer, statements }: Staying,
): Promise<void> {
  await inFrame({ readsOnly: false, first: opening(origin) }, async ({ opened, query, send }) => {
    if (storesAnswer && origin.once !== undefined) {
      const [[opening], [found]] = await Promise.all([opened, query(lookUp(origin, origin.once))])
      claim(origin.once, opening?.locked ?? false, found)
    }
    for (const statement of statements) send(statement)
  })
}

/** What came instead of an end that stays, and what is to stay of it all the same. */
interface Undone {
  error: unknown
  stays: Staying | undefined
}

async function tried<T>(
  parts: Parts,
  origin: Origin,
  translated: (error: unknown) => unknown,
  work: (tx: Transaction) => Promise<T>,
): Promise<Done<T> | Staying | Undone> {
  let more: Parameters<Transaction['whenRefused']>[0] = () => []
  let stays: Staying | undefined
  const staying = (error: unknown) => (stays = stayingOf(origin, translated(error), more))
  try {
    return await attempt(parts, origin, work, (statements) => (more = statements), staying)
  } catch (error) {
    // A refusal that could not be written is still the answer, whatever kept it from being written.
    return { error, stays: stays ?? staying(error) }
  }
}

/**
 * Runs one use case in one transaction at READ COMMITTED: tenant set, idempotency key claimed, work done, changes
 * written to the outbox, answer stored. A transaction that lost a race (40001, 40P01, 55P03) is run again as a
 * whole, at most three times, and not once it has taken long. Of a refusal its answer stays, and what `whenRefused` gives.
 */
export async function runTransaction<T>(
  parts: Parts,
  origin: Origin,
  translated: (error: unknown) => unknown,
  work: (tx: Transaction) => Promise<T>,
): Promise<Done<T>> {
  const began = performance.now()
  for (let tries = 0; ; tries++) {
    const outcome = await tried(parts, origin, translated, work)
    if ('result' in outcome) return outcome
    if ('refusal' in outcome) throw outcome.refusal
    const { error, stays } = outcome
    if (isRetryable(error) && tries < RETRIES && performance.now() - began < RETRY_WITHIN_MS) {
      retries.add(1, { 'db.response.status_code': sqlStateOf(error) })
      await sleep(5 + Math.random() * 20 * 2 ** tries)
      continue
    }
    await keepApart(parts, origin, stays).catch((unkept: unknown) => {
      throw translated(unkept)
    })
    throw stays?.refusal ?? translated(error)
  }
}

/** What of an error stays: nothing of a bug, and no answer that may be another one a moment later. */
function stayingOf(
  origin: Origin,
  error: unknown,
  more: (failure: Failure) => readonly Sql[],
): Staying | undefined {
  if (!(error instanceof Failure)) return undefined
  const { once } = origin
  const answer =
    once !== undefined && isStoredRefusal(error) ? [store(origin, once, once.refusal(error))] : []
  const statements = [...answer, ...more(error)]
  return statements.length === 0 ? undefined : { refusal: error, statements, storesAnswer: answer.length > 0 }
}

/** Writes it apart from what was undone. Where the statements of the work fail, the stored answer is kept without them. */
async function keepApart(parts: Parts, origin: Origin, stays: Staying | undefined): Promise<void> {
  if (stays === undefined) return
  try {
    await keep(parts, origin, stays)
  } catch (error) {
    const { storesAnswer, statements } = stays
    if (statements.length === Number(storesAnswer) || sqlStateOf(error) === '') throw error
    parts.onUnkept(error)
    if (storesAnswer) await keep(parts, origin, { ...stays, statements: statements.slice(0, 1) })
  }
}
