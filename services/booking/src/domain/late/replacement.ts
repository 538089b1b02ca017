import type { Ladder } from '../rules/ladder.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** When an organisation gives a unit up for lost, and what it takes for each. */
type ReplacementPolicy = Pick<Ladder, 'replacementAfterDays' | 'replacementCents'>

/** Whether a loan is so late that what is still out has to be replaced. The instant at which the days are full counts. */
export function isReplacementDue(
  { replacementAfterDays: days, replacementCents: cents }: ReplacementPolicy,
  endAt: Date,
  now: Date,
): boolean {
  return days !== null && cents > 0 && now.getTime() - endAt.getTime() >= days * DAY_MS
}

/** Why a replacement is charged, as the borrower reads it. */
export const replacementReason = (what: string, unitId: string, endAt: Date, afterDays: number): string =>
  `Replacement of ${what} (unit ${unitId}): due ${endAt.toISOString()}, not back ${afterDays} days later.`
