/** Why it is doubtful that a booking's units will be there when it starts. */
export type RiskReason = 'unit-overdue' | 'resource-withdrawn'

/** How long before its start a booking is looked after although others wait for its unit before it. */
const NEAR_MS = 24 * 60 * 60 * 1000

/** A booking that waits for units, as far as it matters whether it has to be looked after. */
export interface Waiting {
  startAt: Date
  /** One of its units is with the borrower of an overdue loan. */
  waitsForLoan: boolean
  /** It is the next one on that unit. */
  isNext: boolean
  atRiskReason: string | null
}

/**
 * Whether a booking has to be moved or flagged now, or its flag looked at. Whoever is next on the unit of an overdue
 * loan is moved early, while like units are still free; whoever comes later, when the start is near: mostly the unit is
 * back by then. A flag for a loan that is back goes at once.
 * @param again true now and then: bookings that are flagged already may find something better meanwhile
 */
export function needsLookingAfter(
  { startAt, waitsForLoan, isNext, atRiskReason }: Waiting,
  now: Date,
  again: boolean,
): boolean {
  if (atRiskReason !== null) return again || (atRiskReason === 'unit-overdue' && !waitsForLoan)
  return waitsForLoan && (isNext || startAt.getTime() - now.getTime() <= NEAR_MS)
}
