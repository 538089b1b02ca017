import { setTimeout as sleep } from 'node:timers/promises'

/** Waits; ends early, and quietly, when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** 100 ms after the first failure, doubled with each more, up to the ceiling; half of it left to chance. */
export const backoff = (failures: number, ceilingMs: number): number =>
  Math.min(ceilingMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2)

/** What the promise brings, or undefined as soon as the signal is aborted; what comes after that is ignored. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>()
  const abort = () => aborted.resolve(undefined)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
