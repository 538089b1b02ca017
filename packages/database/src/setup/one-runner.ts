import { setTimeout as pause } from 'node:timers/promises'

import { Client } from 'pg'

const LOOK_AGAIN_MS = 500

/**
 * Waits until nobody else migrates this schema, and keeps others from it until disposed of; so every replica may bring
 * its migrations along. It asks again and again instead of waiting in a statement: an index that is made concurrently
 * waits for all statements that began before it, and both would wait for ever.
 * @param end by `performance.now()`, when it is given up
 */
export async function aloneMigrating(url: string, schema: string, end: number): Promise<AsyncDisposable> {
  const lock = `migration:${schema}`
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true })
  // The lock is gone with the connection; the migration that runs then fails or was the last.
  client.on('error', () => undefined)
  await client.connect()
  const taken = async () => {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
      [lock],
    )
    return rows[0]?.taken === true
  }
  try {
    while (!(await taken())) {
      if (performance.now() > end) throw new Error(`Somebody else has been migrating ${schema} for too long.`)
      await pause(LOOK_AGAIN_MS)
    }
  } catch (error) {
    await client.end()
    throw error
  }
  return { [Symbol.asyncDispose]: () => client.end() }
}
