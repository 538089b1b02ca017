import type { Call } from '@kitroom/contracts'

import type { Booking } from '../../domain/booking.ts'
import type { Period } from '../../domain/period.ts'
import { requireUnblocked } from '../../domain/rules/ladder.ts'
import { type LendingPolicy, strongest } from '../../domain/rules/lending-policy.ts'
import { type Holdings, limits, requireQuota } from '../../domain/rules/quota.ts'
import { renewalsUsed, requireRenewable } from '../../domain/rules/renewals.ts'
import { requireLength } from '../../domain/rules/time/booking-length.ts'
import { requireOpen } from '../../domain/rules/time/opening.ts'
import { requireHorizon, requireLeadTime } from '../../domain/rules/time/start-window.ts'
import { isStaff } from '../access.ts'
import type { Work } from '../ports.ts'

type Tools = Pick<Work, 'borrowers' | 'now'>

/** What the rules are asked about: a claim to units as it would be. */
export interface Asked {
  /** Whose claim it is, whoever makes it. */
  borrowerId: string
  period: Period
  /** The period it had; absent for what is new. Only what changes is judged. */
  before?: Period
  /** What the borrower would have more of in active bookings than the tables say. */
  added: Holdings
  /** The loan that is extended, not yet changed: counts as one renewal. */
  extends?: Booking
}

/**
 * Judges a claim by all the organisation's rules. Called inside the transaction, with the locks of the resources and the
 * row of the booking held, before anything is written or taken; it may take the borrower's own lock.
 *
 * Students are bound by everything. Staff who act, for themselves or others, are not bound by when and how long; a
 * quota binds whoever borrows for themselves, staff only where one is set for their role. What stands against the
 * borrower, and how often a loan was extended, bind whoever acts.
 * @throws Failure borrower-blocked, policy-violated
 */
export async function requireAllowed(
  tools: Tools,
  call: Call,
  policy: LendingPolicy,
  asked: Asked,
): Promise<void> {
  const { borrowerId, added } = asked
  const role = strongest(call.caller.roles)
  const quota = policy.quotas[role]
  const counts = borrowerId === call.userId && limits(quota)
  if (counts) tools.borrowers.lock(borrowerId)
  const record = await tools.borrowers.record(borrowerId, policy)
  if (asksForMore(asked)) requireUnblocked(policy.ladder, record, tools.now)
  if (!isStaff(call)) requireTimes(policy, asked, tools.now)
  if (counts) requireQuota(role, quota, await tools.borrowers.holdings(borrowerId), added)
  if (asked.extends !== undefined) await requireOneMoreRenewal(tools, policy, asked.extends)
}

/** Whether it reaches beyond what the borrower had: giving some of it back is always allowed. */
function asksForMore({ period, before, added }: Asked): boolean {
  return (
    before === undefined || period.startAt < before.startAt || period.endAt > before.endAt || added.units > 0
  )
}

const lasts = ({ startAt, endAt }: Period): number => endAt.getTime() - startAt.getTime()

function requireTimes(policy: LendingPolicy, { period, before }: Asked, now: Date): void {
  const startMoves = before?.startAt.getTime() !== period.startAt.getTime()
  const endMoves = before?.endAt.getTime() !== period.endAt.getTime()
  if (before === undefined || lasts(period) > lasts(before)) requireLength(policy, period)
  if (startMoves) {
    requireLeadTime(policy, period.startAt, now)
    requireHorizon(policy, period.startAt, now)
    requireOpen(policy, 'start_at', period.startAt)
  }
  if (endMoves) requireOpen(policy, 'end_at', period.endAt)
}

async function requireOneMoreRenewal({ borrowers }: Tools, policy: LendingPolicy, loan: Booking) {
  if (policy.renewals.max === null) return
  const { startAt, endAt, renewals } = loan
  const tenures = loan.claimed.flatMap(({ resourceUnitId: unitId }) =>
    unitId === null ? [] : [{ unitId, startAt, endAt, renewals }],
  )
  requireRenewable(
    policy.renewals,
    renewalsUsed(policy.renewals, tenures, await borrowers.tenuresBefore(loan)),
  )
}
