import type { Origin } from '@kitroom/contracts'
import { working } from '@kitroom/observability'
import { MikroORM, type Options } from '@mikro-orm/postgresql'
import type { CompiledQuery } from 'kysely'
import { TypeOverrides } from 'pg'

import { pooled } from './connections.ts'
import { framed } from './framed.ts'
import type { KeyedOrigin } from './idempotency.ts'
import { type Constraints, translate } from './postgres-error.ts'
import { type Judging, refuseTogether, type Verdicts } from './refuse-together.ts'
import { type Query, queryOn, sql } from './sql.ts'
import { runTransaction, type Transaction } from './transaction.ts'

export interface DatabaseOptions {
  url: string
  /** The service, which is also its schema. */
  service: string
  entities: NonNullable<Options['entities']>
  constraints?: Constraints
  poolSize?: number
  /** How long an answer is waited for when the connection says nothing at all. */
  answerWithinMs?: number
  /** Called after a commit that wrote outbox rows. */
  onCommitted?: () => void
  /** Called when something that was to stay of a refusal could not be written, and is lost. */
  onUnkept?: (error: unknown) => void
}

export interface Database {
  /** One use case's transaction; see runTransaction. Throws Failures, or the bug as it is. */
  transaction: <T>(origin: Origin, work: (tx: Transaction) => Promise<T>) => Promise<T>
  /** Refuses what it can of many requests in one transaction; see refuseTogether. */
  refuseTogether: (
    origins: readonly KeyedOrigin[],
    verdicts: (judging: Judging) => Verdicts,
  ) => Promise<ReadonlyMap<number, Error>>
  /** Reads of one organisation, each in a transaction of its own that carries its tenant. */
  read: <T>(orgId: string, work: (query: Query) => Promise<T>) => Promise<T>
  /** The same in one transaction, for who holds a lock from the first read to the last. */
  readHolding: <T>(orgId: string, work: (query: Query) => Promise<T>) => Promise<T>
  /** Work of a job across organisations, as a role that may do just that. */
  asRole: <T>(role: string, work: (query: Query) => Promise<T>) => Promise<T>
  /** True when the database answers and its migrations were run. */
  ready: () => Promise<boolean>
  close: () => Promise<void>
}

const INT8 = 20

/** Timestamps become Dates and counts numbers, in plain statements as in mapped entities. */
function typeParsers(): TypeOverrides {
  const overrides = new TypeOverrides()
  overrides.setTypeParser(INT8, Number)
  return overrides
}

/** Opens a pool on one service's schema. It connects lazily, so a database that is down delays no start. */
export function openDatabase(options: DatabaseOptions): Database {
  const connections = pooled({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 1_000,
    ...(options.answerWithinMs === undefined ? {} : { query_timeout: options.answerWithinMs }),
    types: typeParsers(),
    application_name: `kitroom-${options.service}`,
  })
  const orm = new MikroORM({
    clientUrl: options.url,
    entities: options.entities,
    schema: options.service,
    discovery: { warnWhenNoEntities: false },
    driverOptions: connections.dialect,
    logger: () => undefined,
  })
  const translated = (error: unknown) => translate(error, options.constraints ?? {})
  const translating = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw translated(error)
    }
  }

  const compiler = orm.em.getKysely()
  const inFrame = framed(connections, compiler)
  const parts = { orm, inFrame, service: options.service, onUnkept: options.onUnkept ?? (() => undefined) }

  return {
    async transaction(origin, work) {
      const { orgId, requestId } = origin
      const { result, changed } = await working({ orgId, requestId }, () =>
        runTransaction(parts, origin, translated, work),
      )
      if (changed) options.onCommitted?.()
      return result
    },
    refuseTogether: (origins, verdicts) =>
      working({ orgId: origins[0]?.orgId ?? '' }, () => refuseTogether(parts, origins, verdicts)),
    read(orgId, work) {
      const send = async ({ sql, parameters }: CompiledQuery) => {
        const connection = await connections.connect()
        return connection.ask(orgId, sql, parameters).finally(connection.release)
      }
      return translating(() => working({ orgId }, () => work(queryOn(compiler, send))))
    },
    readHolding(orgId, work) {
      const first = sql`select set_config('app.org_id', ${orgId}, true)`
      return translating(() =>
        working({ orgId }, () => inFrame({ readsOnly: true, first }, ({ query }) => work(query))),
      )
    },
    asRole(role, work) {
      const first = sql`select set_config('role', ${role}, true)`
      return translating(() => inFrame({ readsOnly: false, first }, ({ query }) => work(query)))
    },
    async ready() {
      try {
        const connection = await connections.connect()
        const { rows } = await connection
          .query('select 1 from migration limit 1', [])
          .finally(connection.release)
        return rows.length > 0
      } catch {
        return false
      }
    },
    async close() {
      await orm.close(true)
      await connections.end()
    },
  }
}
