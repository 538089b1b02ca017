import type { Period } from '../../period.ts'
import { brokenRule } from '../broken-rule.ts'
import { sameTimeDaysLater } from './local-time.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * How long a booking may last. Days are those of the calendar, so that a week ends at the time of the day at which it
 * began although clocks were put back in it; where clocks are put forward it may last the full 24 hours of each day.
 * @throws Failure policy-violated with the latest end there could be
 */
export function requireLength(
  { longestBookingDays, timezone }: { longestBookingDays: number; timezone: string },
  { startAt, endAt }: Period,
): void {
  const latest = new Date(
    Math.max(
      startAt.getTime() + longestBookingDays * DAY_MS,
      sameTimeDaysLater(timezone, startAt, longestBookingDays).getTime(),
    ),
  )
  if (endAt <= latest) return
  throw brokenRule(`A booking may last ${longestBookingDays} days at most.`, {
    rule: 'longest_booking_days',
    limit: longestBookingDays,
    actual: daysBetween(startAt, endAt),
    latest_end_at: latest.toISOString(),
  })
}

/** Days of 24 hours, to the next hundredth, so that what is too long never looks as if it were not. */
export const daysBetween = (from: Date, to: Date): number =>
  Math.ceil(((to.getTime() - from.getTime()) / DAY_MS) * 100) / 100
