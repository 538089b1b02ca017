import { setTimeout as pause } from 'node:timers/promises'

/** Longer than anything takes on a machine that works: only a test that fails waits for so long. */
const PATIENCE_MS = 60_000

/**
 * Asks until the answer is as wanted.
 * @throws Error with the last answer when it did not become so within `withinMs`
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  isWanted: (answer: T) => boolean,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + withinMs
  for (let ms = 5; ; ms = Math.min(50, ms * 2)) {
    const answer = await ask()
    if (isWanted(answer)) return answer
    if (performance.now() > end)
      throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer).slice(0, 2_000)}`)
    await pause(ms)
  }
}
