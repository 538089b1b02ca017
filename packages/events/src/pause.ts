import { setTimeout as sleep } from 'node:timers/promises'

/** Waits; ends early, and quietly, when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** 100 ms after the first failure, doubled with each more, up to the ceiling; half of it left to chance. */
export const backoff = (failures: number, ceilingMs: number): number =>
  Math.min(ceilingMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2)
