import { Failure } from '@kitroom/errors'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Where a caller stands within its limit. */
export interface Standing {
  limit: number
  remaining: number
  resetSeconds: number
}

export interface RateLimits {
  /** Counts one request. `key` holds whoever is limited, with the organisation where there is one (TEN-11). */
  take(key: string): Promise<Standing & { exceeded: boolean }>
}

const MINUTE = 60

/**
 * Counts requests per key and minute, in this process: with several gateways each grants the whole limit, so the sum
 * is at most the limit times their number (docs/decisions/0009-gateway.md).
 */
export function rateLimits(perMinute: number): RateLimits {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: MINUTE })
  const standing = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Standing => ({
    limit: perMinute,
    remaining: remainingPoints,
    // It forgets by a timer, and tells by the clock, which may have been set back.
    resetSeconds: Math.min(MINUTE, Math.max(1, Math.ceil(msBeforeNext / 1_000))),
  })
  return {
    async take(key) {
      try {
        return { ...standing(await limiter.consume(key)), exceeded: false }
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        return { ...standing(refusal), exceeded: true }
      }
    },
  }
}

/** Tells a caller where it stands. */
export function tellStanding(
  { limit, remaining, resetSeconds }: Standing,
  headers: Record<string, string | string[]>,
): void {
  headers['ratelimit-limit'] = String(limit)
  headers['ratelimit-remaining'] = String(remaining)
  headers['ratelimit-reset'] = String(resetSeconds)
}

/** The refusal for who has used up the limit. */
export const limitExceeded = ({ limit, resetSeconds }: Standing): Failure =>
  new Failure('rate-limited', `At most ${limit} requests a minute. Wait ${resetSeconds} s.`, {
    retryAfterSeconds: resetSeconds,
  })
