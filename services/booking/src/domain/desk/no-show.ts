import type { Act, Booking } from '../booking.ts'

/**
 * Whether a booking counts as one nobody came for: so many minutes after it could first have been collected, which is
 * its start or, if later, its approval. Whose units may not have been there is not blamed.
 */
export function isNoShow(booking: Booking, afterMinutes: number, now: Date): boolean {
  const { status, startAt, atRiskSince, history } = booking
  if (status !== 'APPROVED' || atRiskSince !== null) return false
  const approvedAt = history.findLast((change) => change.status === 'APPROVED')?.at ?? startAt
  const possibleFrom = Math.max(startAt.getTime(), approvedAt.getTime())
  return now.getTime() >= possibleFrom + afterMinutes * 60_000
}

/** Calls a booking off that nobody came for. @throws Failure invalid-transition */
export function releaseNoShow(booking: Booking, now: Date, newId: () => string): void {
  const act: Act = { by: null, at: now, reason: 'no-show' }
  booking.cancel(act, newId)
  booking.noShowAt = now
}
