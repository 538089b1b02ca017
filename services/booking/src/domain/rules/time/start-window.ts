import { brokenRule } from '../broken-rule.ts'
import { daysBetween } from './booking-length.ts'
import { sameTimeDaysLater } from './local-time.ts'

const MINUTE_MS = 60_000

/** How long before its start a booking must be made. @throws Failure policy-violated with the first start there could be */
export function requireLeadTime(
  { leadTimeMinutes }: { leadTimeMinutes: number },
  startAt: Date,
  now: Date,
): void {
  const first = new Date(now.getTime() + leadTimeMinutes * MINUTE_MS)
  if (leadTimeMinutes === 0 || startAt >= first) return
  throw brokenRule(`A booking must be made ${leadTimeMinutes} minutes before it starts.`, {
    rule: 'lead_time_minutes',
    limit: leadTimeMinutes,
    actual: Math.floor((startAt.getTime() - now.getTime()) / MINUTE_MS),
    possible_from: first.toISOString(),
  })
}

/**
 * How far ahead a booking may start: so many days of the calendar, to the time of the day it is now.
 * @throws Failure policy-violated with the last start there could be
 */
export function requireHorizon(
  { horizonDays, timezone }: { horizonDays: number | null; timezone: string },
  startAt: Date,
  now: Date,
): void {
  if (horizonDays === null) return
  const last = sameTimeDaysLater(timezone, now, horizonDays)
  if (startAt <= last) return
  throw brokenRule(`A booking may start ${horizonDays} days from now at most.`, {
    rule: 'horizon_days',
    limit: horizonDays,
    actual: daysBetween(now, startAt),
    possible_until: last.toISOString(),
  })
}
