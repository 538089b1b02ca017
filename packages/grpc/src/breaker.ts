import { observed } from '@kitroom/observability'
import CircuitBreaker from 'opossum'

import type { Log } from './log.ts'

/** Lets calls through until too many fail, then refuses them at once for a while. */
export interface Breaker {
  /** @throws BreakerOpen without having called, or what the call throws */
  run(call: () => Promise<object>): Promise<object>
  close(): void
}

/** Thrown in the place of a call that is not tried. */
export class BreakerOpen extends Error {}

/** Half of at least five calls within five seconds open it (FLT-10). */
const OPTIONS = {
  timeout: false,
  errorThresholdPercentage: 50,
  volumeThreshold: 5,
  rollingCountTimeout: 5_000,
  rollingCountBuckets: 5,
  rollingPercentilesEnabled: false,
  enableSnapshots: false,
} as const

/**
 * @param isOutage tells errors that speak of the other side's health from answers that happen to be refusals
 * @param trialAfterMs how long it stays open before one call may try
 */
export function breaker(
  name: string,
  isOutage: (error: unknown) => boolean,
  logger: Log,
  trialAfterMs = 10_000,
): Breaker {
  const circuit = new CircuitBreaker((call: () => Promise<object>) => call(), {
    ...OPTIONS,
    resetTimeout: trialAfterMs,
    errorFilter: (error) => !isOutage(error),
  })
  circuit.on('open', () => logger.warn({ dependency: name }, 'breaker open'))
  circuit.on('close', () => logger.info({ dependency: name }, 'breaker closed'))
  const state = observed(
    {
      'kitroom.breaker.open': {
        description: '1 while calls to a dependency are refused without being tried.',
      },
    },
    () => [
      {
        name: 'kitroom.breaker.open',
        value: circuit.opened ? 1 : 0,
        attributes: { 'rpc.service': name },
      },
    ],
  )
  return {
    run: async (call) => {
      try {
        return await circuit.fire(call)
      } catch (error) {
        throw isRefusal(error) ? new BreakerOpen(`${name} is not called now`, { cause: error }) : error
      }
    },
    close() {
      state[Symbol.dispose]()
      circuit.shutdown()
    },
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER'
