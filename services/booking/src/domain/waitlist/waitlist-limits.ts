import { brokenRule } from '../rules/broken-rule.ts'
import type { WaitlistLimits } from '../rules/lending-policy.ts'

/** What one person has of the waitlist, and what they made of offers (WTL-10). */
export interface WaitlistRecord {
  /** Entries WAITING or OFFERED. */
  live: number
  /** When offers to them were declined or lapsed within the window, oldest first. */
  lapsed: readonly Date[]
}

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Judges whether somebody may join: nobody holds the line by many entries, or by letting one offer after the other go.
 * @throws Failure policy-violated, with the time from which they may join again
 */
export function requireRoom(
  { liveEntries, lapses, lapseWindowDays }: WaitlistLimits,
  { live, lapsed }: WaitlistRecord,
): void {
  if (liveEntries !== null && live >= liveEntries) {
    throw brokenRule(`One person may wait for ${liveEntries} things at a time.`, {
      rule: 'waitlist.live_entries',
      limit: liveEntries,
      actual: live + 1,
    })
  }
  const counted = lapses === null ? undefined : lapsed.at(-lapses)
  if (counted === undefined) return
  const until = new Date(counted.getTime() + lapseWindowDays * DAY_MS)
  throw brokenRule(
    `${lapsed.length} offers were declined or lapsed within ${lapseWindowDays} days; joining is possible again from ${until.toISOString()}.`,
    { rule: 'waitlist.lapses', limit: lapses, actual: lapsed.length, until: until.toISOString() },
  )
}
