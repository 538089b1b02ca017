import { describe, expect, it } from '@jest/globals'

import { changedPolicy, type LendingPolicy } from './lending-policy.ts'

const noOpenings = {
  ...{ monday: [], tuesday: [], wednesday: [], thursday: [], friday: [] },
  ...{ saturday: [], sunday: [] },
}
const policy: LendingPolicy = {
  early_pickup_minutes: 60,
  longest_booking_days: 366,
  lead_time_minutes: 0,
  horizon_days: 90,
  buffer_minutes: 0,
  no_show_minutes: null,
  opening_hours: { ...noOpenings, monday: [{ opens: '09:00', closes: '17:00' }] },
  closures: [{ from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }],
  quotas: {
    student: { active_bookings: null, units: 5 },
    staff: { active_bookings: null, units: null },
    admin: { active_bookings: null, units: null },
  },
  approval: { default: 'REQUIRED', by_type: { Camera: 'AUTOMATIC', Lens: 'AUTOMATIC' } },
  renewals: { max: 2, chain_gap_hours: 24 },
  fine: { unit: 'DAY', amount_cents: 500, grace_minutes: 60, cap_cents: 5000 },
  ladder: {
    ...{ strikes: 3, window_days: 365, suspension_days: 14, debt_limit_cents: 5000 },
    ...{ replacement_after_days: null, replacement_cents: 0 },
  },
  score: {
    ...{ per_day_waiting: 10, late_return: -20, open_fine: -10, active_booking: -5 },
    role: { student: 0, staff: 50, admin: 50 },
  },
  waitlist: { live_entries: 50, lapses: 10, lapse_window_days: 30 },
}

describe('a change of a policy', () => {
  it('keeps what is left out, at every depth', () => {
    expect(changedPolicy(policy, { fine: { amount_cents: 0, unit: 'HOUR' } })).toEqual({
      ...policy,
      fine: { ...policy.fine, amount_cents: 0, unit: 'HOUR' },
    })
    expect(
      changedPolicy(policy, { quotas: { student: { active_bookings: 2 } }, score: { role: { admin: 1 } } }),
    ).toEqual({
      ...policy,
      quotas: { ...policy.quotas, student: { active_bookings: 2, units: 5 } },
      score: { ...policy.score, role: { ...policy.score.role, admin: 1 } },
    })
  })

  it('takes a limit away with null, and leaves alone what is named without a value', () => {
    const { horizon_days, quotas } = changedPolicy(policy, {
      horizon_days: null,
      quotas: { student: { units: null, active_bookings: undefined } },
    })
    expect([horizon_days, quotas.student]).toEqual([null, { units: null, active_bookings: null }])
  })

  it('replaces opening hours, closures and approval by type whole', () => {
    const sundays = { ...noOpenings, sunday: [{ opens: '10:00', closes: '12:00' }] }
    const changed = changedPolicy(policy, {
      opening_hours: sundays,
      closures: [],
      approval: { by_type: { Tripod: 'REQUIRED' } },
    })
    expect(changed).toEqual({
      ...policy,
      opening_hours: sundays,
      closures: [],
      approval: { default: 'REQUIRED', by_type: { Tripod: 'REQUIRED' } },
    })
    expect(changedPolicy(policy, { opening_hours: null }).opening_hours).toBeNull()
  })

  it('leaves the policy it is given as it was, for whoever shares it', () => {
    const before = structuredClone(policy)
    changedPolicy(policy, { fine: { cap_cents: 1 }, approval: { by_type: {} } })
    expect(policy).toEqual(before)
  })
})
