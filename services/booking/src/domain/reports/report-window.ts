import { invalid } from '@kitroom/errors'

import type { Period } from '../period.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What a report is about when nothing is asked for: the last twelve weeks. */
const USUAL_MS = 12 * 7 * DAY_MS
const LONGEST_DAYS = 366

/**
 * The time a report is about. A day is 24 hours here, whatever the clocks of the organisation's zone do.
 * @throws Failure validation-failed for a start that is not before now, or too far back, when no end is given
 */
export function reportWindow(asked: { from?: Date | undefined; to?: Date | undefined }, now: Date): Period {
  const endAt = asked.to ?? now
  const startAt = asked.from ?? new Date(endAt.getTime() - USUAL_MS)
  const length = endAt.getTime() - startAt.getTime()
  if (length > 0 && length <= LONGEST_DAYS * DAY_MS) return { startAt, endAt }
  const detail =
    length > 0
      ? `A report is about ${LONGEST_DAYS} days at most; give \`to\` as well.`
      : 'This has to lie in the past when `to` is left out.'
  throw invalid([{ parameter: 'from', detail }])
}
