import { brokenRule } from './broken-rule.ts'

const HOUR_MS = 60 * 60 * 1000

/** How often a loan may be extended, together with those it continues. */
export interface RenewalPolicy {
  /** Null: any number of times. */
  readonly max: number | null
  /** A booking that starts at most so long after another one of the same person and unit continues it. */
  readonly chainGapHours: number
}

/** Some time that one person had or has a unit for. */
export interface Tenure {
  readonly unitId: string
  readonly startAt: Date
  /** When it came back, or else when it must. */
  readonly endAt: Date
  /** How often it was extended. */
  readonly renewals: number
}

/**
 * How often a loan and the chain of those it continues were extended: booking a unit anew next to its own booking does
 * not begin the count again. Of several units the most counts, since they are extended together.
 * @param earlier the borrower's other tenures of the loan's units, in any order
 */
export function renewalsUsed(
  { chainGapHours }: RenewalPolicy,
  loan: readonly Tenure[],
  earlier: readonly Tenure[],
): number {
  return Math.max(0, ...loan.map((tenure) => tenure.renewals + continued(tenure, earlier, chainGapHours)))
}

function continued(tenure: Tenure, earlier: readonly Tenure[], chainGapHours: number): number {
  const latestFirst = earlier
    .filter(({ unitId }) => unitId === tenure.unitId)
    .toSorted((a, b) => b.startAt.getTime() - a.startAt.getTime())
  let { startAt } = tenure
  let renewals = 0
  for (const before of latestFirst) {
    if (before.startAt >= startAt) continue
    if (startAt.getTime() - before.endAt.getTime() > chainGapHours * HOUR_MS) break
    renewals += before.renewals
    startAt = before.startAt
  }
  return renewals
}

/** @throws Failure policy-violated when one more is one too many */
export function requireRenewable({ max }: RenewalPolicy, used: number): void {
  if (max === null || used < max) return
  throw brokenRule(`A loan may be extended ${max} times, counting those it continues.`, {
    rule: 'renewals.max',
    limit: max,
    actual: used + 1,
  })
}
