const DAY_MS = 24 * 60 * 60 * 1000

/** When an organisation gives a unit up for lost, and what it takes for it. */
export interface ReplacementPolicy {
  /** Days of 24 hours after the end of the loan; null: never. */
  afterDays: number | null
  /** For each unit, in minor units of the organisation's currency; 0 means nothing. */
  cents: number
}

/** Whether a loan is so late that what is still out has to be replaced. The instant at which the days are full counts. */
export function isReplacementDue(policy: ReplacementPolicy, endAt: Date, now: Date): boolean {
  if (policy.afterDays === null || policy.cents === 0) return false
  return now.getTime() - endAt.getTime() >= policy.afterDays * DAY_MS
}

/** Why a replacement is charged, as the borrower reads it. */
export const replacementReason = (what: string, unitId: string, endAt: Date, afterDays: number): string =>
  `Replacement of ${what} (unit ${unitId}): due ${endAt.toISOString()}, not back ${afterDays} days later.`
