import type { Duplex } from 'node:stream'

import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import { DatabaseError, Pool, type PoolClient, type PoolConfig, type QueryResult, type Submittable } from 'pg'

import { preparedNames } from './prepared-names.ts'
import { type Heard, TELL_TENANT, TenantQuery } from './tenant-query.ts'

/** What every connection of ours is opened with. */
export const PATIENCE = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  /** For a connection that fell silent; over one that works the server itself ends statements after 3 s. */
  query_timeout: 12_000,
} as const satisfies PoolConfig

/** A connection that is somebody's until it is released. */
export interface Connection {
  /** Sends at once, whether or not what was sent before is answered; the server takes one after the other. */
  query: (text: string, parameters: readonly unknown[]) => Promise<QueryResult<object>>
  /** The same for one organisation, in a transaction of its own. */
  ask: (orgId: string, text: string, parameters: readonly unknown[]) => Promise<QueryResult<object>>
  release: () => void
}

export interface Connections {
  /** How the ORM gets a connection to look around on; its transactions are begun without it. */
  dialect: PostgresDialect
  /** @throws Error when none becomes free in time, or the server is away */
  connect: () => Promise<Connection>
  /** Ends them all; whoever has one keeps it until it is released. */
  end: () => Promise<void>
}

/**
 * One pool of pg, which gets each connection back. Left to itself, pg puts one back on which it has stopped waiting for an
 * answer (pg #3543), and the pool would be short of it for good.
 */
export function pooled(config: PoolConfig): Connections {
  const pool = new Pool({ ...PATIENCE, pipeline: true, ...config })
  const nameOf = preparedNames()
  // What breaks while it is used is heard by its user; what breaks while idle is replaced.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    client.query(TELL_TENANT, () => undefined)
  })
  pool.on('error', () => undefined)
  const connect = async () => watched(await pool.connect(), nameOf)
  let ended: Promise<void> | undefined
  const end = () => (ended ??= pool.end())
  const careful = {
    options: pool.options,
    // The other form of `query`, with cursors, is for streams, which nobody uses.
    connect: connect as unknown as () => Promise<PostgresPoolClient>,
    end,
  } satisfies PostgresPool
  return { dialect: new PostgresDialect({ pool: careful }), connect, end }
}

/** A connection that nobody uses again once anything but a statement has failed on it. */
function watched(client: PoolClient, nameOf: (text: string) => string | undefined): Connection {
  let broken: Error | undefined
  const gather = gathering(client)

  const heard = (send: (callback: Heard) => void) =>
    new Promise<QueryResult<object>>((resolve, reject) => {
      if (broken !== undefined) throw broken
      gather()
      // Called at once for values that cannot be sent, so that nothing is sent after them.
      send((error, result) => {
        if ((error as Error | null) === null) {
          resolve(result)
          return
        }
        if (!isAboutStatement(error)) broken = error
        reject(error)
      })
    })
  const named = (text: string, parameters: readonly unknown[]) => {
    const name = parameters.length === 0 ? undefined : nameOf(text)
    return { text, values: [...parameters], ...(name === undefined ? {} : { name }) }
  }

  return {
    query: (text, parameters) =>
      heard((callback) => {
        client.query<object>(named(text, parameters), callback)
      }),
    ask: (orgId, text, parameters) =>
      heard((callback) => {
        client.query(new TenantQuery(orgId, named(text, parameters), callback) as unknown as Submittable)
      }),
    release: () => client.release(broken),
  }
}

/** Has what is sent in one go leave in one packet: each of its own costs as much as the statement in it. */
function gathering(client: PoolClient): () => void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  let gathers = false
  return () => {
    if (gathers) return
    gathers = true
    stream.cork()
    process.nextTick(() => {
      gathers = false
      stream.uncork()
    })
  }
}

const isAboutStatement = (error: Error): boolean =>
  error instanceof DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC'
