import { setTimeout as pause } from 'node:timers/promises'

import { isAway } from '../postgres-error.ts'

const AGAIN_MS = 500
const PATIENCE_MS = 30_000

/**
 * Runs work that may be repeated, again and again while the database is away, for half a minute: where a whole system comes
 * up at once, a name can be looked up and a server be reached only a moment later.
 * @throws the last error of the work
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error) || performance.now() > end) throw error
      await pause(AGAIN_MS)
    }
  }
}
