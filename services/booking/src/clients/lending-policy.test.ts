import { describe, expect, it } from '@jest/globals'
import { Policy } from '@kitroom/contracts'

import { lendingPolicy } from './lending-policy.ts'

const opening = (hour: number) => [{ opens: `0${hour}:00`, closes: `0${hour}:30` }]

describe('the contract’s policy in the words of the domain', () => {
  it('has every rule, none with another one’s value', () => {
    const policy = Policy.parse({
      ...{ early_pickup_minutes: 1, longest_booking_days: 2, lead_time_minutes: 3, horizon_days: 4 },
      ...{ buffer_minutes: 5, no_show_minutes: 6 },
      opening_hours: {
        ...{ sunday: opening(7), monday: opening(1), tuesday: opening(2), wednesday: opening(3) },
        ...{ thursday: opening(4), friday: opening(5), saturday: opening(6) },
      },
      closures: [{ from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }],
      quotas: {
        student: { active_bookings: 11, units: 12 },
        staff: { active_bookings: 13, units: 14 },
        admin: { active_bookings: 15, units: 16 },
      },
      approval: { default: 'AUTOMATIC', by_type: { Laser: 'REQUIRED' } },
      renewals: { max: 21, chain_gap_hours: 22 },
      fine: { unit: 'HOUR', amount_cents: 31, grace_minutes: 32, cap_cents: 33 },
      ladder: {
        ...{ strikes: 41, window_days: 42, suspension_days: 43, debt_limit_cents: 44 },
        ...{ replacement_after_days: 45, replacement_cents: 46 },
      },
      score: {
        ...{ per_day_waiting: 51, late_return: -52, open_fine: -53, active_booking: -54 },
        role: { student: 55, staff: 56, admin: 57 },
      },
      waitlist: { live_entries: 61, lapses: 62, lapse_window_days: 63 },
    })
    expect(lendingPolicy(policy, 'Europe/Zurich', 'CHF')).toEqual({
      ...{ timezone: 'Europe/Zurich', currency: 'CHF' },
      ...{ earlyPickupMinutes: 1, longestBookingDays: 2, leadTimeMinutes: 3, horizonDays: 4 },
      ...{ bufferMinutes: 5, noShowMinutes: 6 },
      openingHours: [1, 2, 3, 4, 5, 6, 7].map(opening),
      closures: [{ from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }],
      quotas: {
        student: { activeBookings: 11, units: 12 },
        staff: { activeBookings: 13, units: 14 },
        admin: { activeBookings: 15, units: 16 },
      },
      approval: { otherwise: 'AUTOMATIC', byType: new Map([['Laser', 'REQUIRED']]) },
      renewals: { max: 21, chainGapHours: 22 },
      fine: { unit: 'HOUR', amountCents: 31, graceMinutes: 32, capCents: 33 },
      ladder: {
        ...{ strikes: 41, windowDays: 42, suspensionDays: 43, debtLimitCents: 44 },
        ...{ replacementAfterDays: 45, replacementCents: 46 },
      },
      score: {
        ...{ perDayWaiting: 51, lateReturn: -52, openFine: -53, activeBooking: -54 },
        role: { student: 55, staff: 56, admin: 57 },
      },
      waitlist: { liveEntries: 61, lapses: 62, lapseWindowDays: 63 },
    })
  })
})
