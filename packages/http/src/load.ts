import type { EventEmitter } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { Failure } from '@kitroom/errors'

/** How much is taken on at once (DOS-8). */
export interface LoadLimits {
  /** Requests at the same time. */
  maxInFlight?: number | undefined
  /** How late the event loop may be, at the 99th percentile of a second, before only a quarter of that is taken on. */
  maxLoopDelayMs?: number | undefined
}

const MAX_IN_FLIGHT = 200
const MAX_LOOP_DELAY_MS = 100

/** Who come together and are gone by then are a rush. Who stay longer are a queue, in which everybody waits for everybody. */
const RUSH_MS = 250

const RESOLUTION_MS = 10
const WINDOW_MS = 1_000

/** Watches how late the event loop is. What it says is of the last whole second. */
function watchLoop(): () => number {
  let lateMs = 0
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const look = () => {
    lateMs = histogram.percentile(99) / 1e6 - RESOLUTION_MS
    histogram.reset()
  }
  setInterval(look, WINDOW_MS).unref()
  return () => lateMs
}

let watched: (() => number) | undefined
/** One watch for the whole process. */
const loopDelayMs = (): number => (watched ??= watchLoop())()

export interface LoadGuard {
  /**
   * Takes on a request until its answer is over.
   * @throws Failure dependency-unavailable when it would be one too many; nothing was done for it then
   */
  admit: (response: Pick<EventEmitter, 'on'>) => void
}

/**
 * Sheds load before it piles up: who is told “not now” at once may come back, who waits in a queue that only grows has
 * given up when it is his turn. So all the room is for a rush; of those who stay a quarter are let in, until an eighth
 * is left. A late event loop alone refuses nobody while few are there: that would help no one.
 * @param delayMs how late the event loop is
 * @param now of a clock that nobody sets, in milliseconds
 */
export function loadGuard(
  limits: LoadLimits = {},
  delayMs: () => number = loopDelayMs,
  now: () => number = () => performance.now(),
): LoadGuard {
  const { maxInFlight = MAX_IN_FLIGHT, maxLoopDelayMs = MAX_LOOP_DELAY_MS } = limits
  let inFlight = 0
  let crowdedSince = Infinity
  const count = (change: 1 | -1) => {
    inFlight += change
    if (inFlight >= maxInFlight / 2) crowdedSince = Math.min(crowdedSince, now())
    else if (inFlight < maxInFlight / 8) crowdedSince = Infinity
  }
  const isBehind = () => delayMs() > maxLoopDelayMs || now() - crowdedSince > RUSH_MS
  delayMs()
  return {
    admit(response) {
      if (inFlight >= (isBehind() ? maxInFlight / 4 : maxInFlight)) {
        throw new Failure('dependency-unavailable', 'Too much is asked at this moment; nothing was done.', {
          retryAfterSeconds: 1,
        })
      }
      count(1)
      response.on('close', () => count(-1))
    },
  }
}
