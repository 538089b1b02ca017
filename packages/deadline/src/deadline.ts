import { AsyncLocalStorage } from 'node:async_hooks'

/** Until when somebody waits for what is being done. */
export interface Deadline {
  /** By `performance.now()`: the clock of the day may be set meanwhile. */
  at: number
  /** Aborted when the time is up, or the one who waited has gone. */
  signal: AbortSignal
}

const present = new AsyncLocalStorage<Deadline>()

/**
 * Does work for somebody who waits until then. Whatever it calls knows of it without being told: the database begins no
 * statement after it, and calls to other services take no longer (DOS-9).
 */
export const withinDeadline = <T>(deadline: Deadline, work: () => T): T => present.run(deadline, work)

/** Does what others wait for too: it must not end because the first of them has gone. */
export const withoutDeadline = <T>(work: () => T): T => present.exit(work)

/** Of the work that is being done; undefined for what nobody waits for. */
export const presentDeadline = (): Deadline | undefined => present.getStore()

/** @throws the reason of the signal when nobody waits any more */
export const requireTime = (): void => present.getStore()?.signal.throwIfAborted()
