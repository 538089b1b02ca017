import { getHeapStatistics } from 'node:v8'

import type { Logger } from './logger.ts'

const LOOK_MS = 1_000
/** Timers and heartbeats work for less than this part of a second; three requests for about as much. */
const AT_REST = 0.03
/** The rush after a collection is slower, so there is none between two that are near each other. */
const SECONDS_AT_REST = 30
const GROWN = 1.25
/** Only as its last resort does V8 empty the young generation as well, and keep no pages for later. */
const ALL = { type: 'major', flavor: 'last-resort' } as const
const MIB = 1_048_576

/**
 * Gives back to the system what requests needed of it, once there have been hardly any for a while: V8 itself collects
 * only when it wants to allocate, and keeps its memory for as long as nobody comes (decision 0027).
 * Nothing is done where Node was started without `--expose-gc`.
 */
export function giveMemoryBackAtRest(logger: Logger, afterSeconds = SECONDS_AT_REST): void {
  const collect = globalThis.gc
  if (collect === undefined) return
  let earlier = performance.eventLoopUtilization()
  let secondsAtRest = 0
  let kept = 0
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, earlier)
    earlier = now
    secondsAtRest = utilization < AT_REST ? secondsAtRest + 1 : 0
    if (secondsAtRest < afterSeconds || heapSize() < GROWN * kept) return
    const before = process.memoryUsage.rss()
    collect(ALL)
    kept = heapSize()
    logger.debug({ before_mib: mib(before), after_mib: mib(process.memoryUsage.rss()) }, 'gave memory back')
  }
  setInterval(look, LOOK_MS).unref()
}

/** What V8's heap has of the system's memory, in bytes. */
const heapSize = () => getHeapStatistics().total_physical_size

const mib = (bytes: number) => Math.round(bytes / MIB)
