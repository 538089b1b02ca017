import {
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
  type PostgresPoolClient,
  type TransactionSettings,
} from 'kysely'
import { DatabaseError, Pool, type PoolClient, type PoolConfig } from 'pg'

/** What every connection of ours is opened with. */
export const PATIENCE = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  /** Speaks when nobody else does: the server ends statements after 3 s, unless the connection to it fell silent. */
  query_timeout: 12_000,
} as const satisfies PoolConfig

/**
 * How the ORM gets its connections: from a pool of pg, which gets each one back. Left to themselves, kysely keeps the
 * connection of a transaction that could not begin or not be rolled back, and pg puts one back into the pool on which it
 * has stopped waiting for an answer (pg #3543); in both cases the pool would be short of it for good.
 */
export function pooled(config: PoolConfig): PostgresDialect {
  const pool = new Pool({ ...PATIENCE, ...config })
  // What breaks while it is used is heard by its user; what breaks while idle is replaced.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
  const careful: PostgresPool = {
    options: pool.options,
    connect: async () => watched(await pool.connect()),
    end: () => pool.end(),
  }
  return new ReleasingDialect(careful)
}

/** A connection that is not used again, by nobody, once something else than a statement of it has failed. */
function watched(client: PoolClient): PostgresPoolClient {
  let broken: Error | undefined
  const query = async (text: string, parameters: readonly unknown[]) => {
    if (broken !== undefined) throw broken
    try {
      return await client.query(text, [...parameters])
    } catch (error) {
      if (error instanceof Error && !isAboutStatement(error)) broken = error
      throw error
    }
  }
  // The other form, with cursors, is for streams, which nobody uses.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(broken) }
}

const isAboutStatement = (error: Error): boolean =>
  error instanceof DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC'

class ReleasingDialect extends PostgresDialect {
  private readonly pool: PostgresPool

  constructor(pool: PostgresPool) {
    super({ pool })
    this.pool = pool
  }

  override createDriver(): PostgresDriver {
    return new ReleasingDriver({ pool: this.pool })
  }
}

type Connection = Parameters<PostgresDriver['releaseConnection']>[0]

class ReleasingDriver extends PostgresDriver {
  override async beginTransaction(connection: Connection, settings: TransactionSettings) {
    try {
      await super.beginTransaction(connection, settings)
    } catch (error) {
      await this.releaseConnection(connection)
      throw error
    }
  }

  override async rollbackTransaction(connection: Connection) {
    // Where this fails the connection is lost, and the server rolls back by itself.
    await super.rollbackTransaction(connection).catch(() => undefined)
  }
}
