import type { Policy } from '@kitroom/contracts'

import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Quota } from '../domain/rules/quota.ts'

const quota = ({ active_bookings, units }: Policy['quotas']['student']): Quota => ({
  activeBookings: active_bookings,
  units,
})

/** The contract's policy in the words of the domain, with the zone its hours are in and the currency of its fines. */
export const lendingPolicy = (policy: Policy, timezone: string, currency: string): LendingPolicy => {
  const { opening_hours: hours, quotas, approval, renewals, fine, ladder, score, waitlist } = policy
  return {
    timezone,
    currency,
    earlyPickupMinutes: policy.early_pickup_minutes,
    longestBookingDays: policy.longest_booking_days,
    leadTimeMinutes: policy.lead_time_minutes,
    horizonDays: policy.horizon_days,
    bufferMinutes: policy.buffer_minutes,
    noShowMinutes: policy.no_show_minutes,
    openingHours:
      hours === null
        ? null
        : [
            ...[hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday],
            ...[hours.saturday, hours.sunday],
          ],
    closures: policy.closures,
    quotas: { student: quota(quotas.student), staff: quota(quotas.staff), admin: quota(quotas.admin) },
    approval: { otherwise: approval.default, byType: new Map(Object.entries(approval.by_type)) },
    renewals: { max: renewals.max, chainGapHours: renewals.chain_gap_hours },
    fine: {
      unit: fine.unit,
      amountCents: fine.amount_cents,
      graceMinutes: fine.grace_minutes,
      capCents: fine.cap_cents,
    },
    ladder: {
      strikes: ladder.strikes,
      windowDays: ladder.window_days,
      suspensionDays: ladder.suspension_days,
      debtLimitCents: ladder.debt_limit_cents,
      replacementAfterDays: ladder.replacement_after_days,
      replacementCents: ladder.replacement_cents,
    },
    score: {
      perDayWaiting: score.per_day_waiting,
      role: score.role,
      lateReturn: score.late_return,
      openFine: score.open_fine,
      activeBooking: score.active_booking,
    },
    waitlist: {
      liveEntries: waitlist.live_entries,
      lapses: waitlist.lapses,
      lapseWindowDays: waitlist.lapse_window_days,
    },
  }
}
