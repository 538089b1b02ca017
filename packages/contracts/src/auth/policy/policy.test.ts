import { describe, expect, it } from '@jest/globals'

import { Policy, PolicyChange } from './policy.ts'

const pathsOf = (input: unknown) =>
  (PolicyChange.safeParse(input).error?.issues ?? []).map(({ path }) => path.join('/'))

const hours = (monday: object[]) => ({ opening_hours: { monday } })

describe('the policy of an organisation', () => {
  it('has a default for every rule', () => {
    expect(Policy.parse({})).toEqual({
      early_pickup_minutes: 60,
      longest_booking_days: 366,
      lead_time_minutes: 0,
      horizon_days: null,
      buffer_minutes: 0,
      no_show_minutes: null,
      opening_hours: null,
      closures: [],
      quotas: {
        student: { active_bookings: null, units: null },
        staff: { active_bookings: null, units: null },
        admin: { active_bookings: null, units: null },
      },
      approval: { default: 'REQUIRED', by_type: {} },
      renewals: { max: 2, chain_gap_hours: 24 },
      fine: { unit: 'DAY', amount_cents: 500, grace_minutes: 60, cap_cents: 5000 },
      ladder: {
        strikes: 3,
        window_days: 365,
        suspension_days: 14,
        debt_limit_cents: 5000,
        replacement_after_days: null,
        replacement_cents: 0,
      },
      score: {
        per_day_waiting: 10,
        role: { student: 0, staff: 50, admin: 50 },
        late_return: -20,
        open_fine: -10,
        active_booking: -5,
      },
      waitlist: { live_entries: 50, lapses: 10, lapse_window_days: 30 },
    })
  })

  it('keeps what was set and completes the rest, at every depth', () => {
    const { fine, quotas } = Policy.parse({ fine: { cap_cents: 1 }, quotas: { student: { units: 4 } } })
    expect(fine).toEqual({ unit: 'DAY', amount_cents: 500, grace_minutes: 60, cap_cents: 1 })
    expect(quotas.student).toEqual({ active_bookings: null, units: 4 })
  })
})

describe('a change of the policy', () => {
  it('holds what it names and no defaults, but for the weekdays of opening hours, which are replaced whole', () => {
    const change = {
      horizon_days: null,
      quotas: { student: { units: 4 } },
      ladder: { strikes: null },
      score: { role: { admin: 0 } },
    }
    expect(PolicyChange.parse(change)).toEqual(change)
    const { opening_hours } = PolicyChange.parse(hours([{ opens: '09:00', closes: '17:00' }]))
    expect(opening_hours).toMatchObject({ monday: [{ opens: '09:00', closes: '17:00' }], sunday: [] })
  })

  it.each([
    [
      'several openings a day',
      hours([
        { opens: '00:00', closes: '12:00' },
        { opens: '12:00', closes: '24:00' },
      ]),
    ],
    ['a closure of one day', { closures: [{ from: '2028-02-29', to: '2028-02-29', reason: 'Stocktaking' }] }],
    ['the longest buffer', { buffer_minutes: 1440 }],
    ['approval by type', { approval: { by_type: { Kamera: 'AUTOMATIC' } } }],
  ])('may be %s', (_, change) => {
    expect(PolicyChange.safeParse(change).error).toBeUndefined()
  })

  it.each([
    ['nothing', {}, ''],
    ['nothing within a group', { quotas: { student: {} } }, 'quotas/student'],
    ['a rule that does not exist', { longest_bookings_days: 3 }, ''],
    [
      'a time that is not on the clock',
      hours([{ opens: '9:00', closes: '17:00' }]),
      'opening_hours/monday/0/opens',
    ],
    ['an opening at 24:00', hours([{ opens: '24:00', closes: '24:00' }]), 'opening_hours/monday/0/opens'],
    [
      'an hour beyond midnight',
      hours([{ opens: '22:00', closes: '25:00' }]),
      'opening_hours/monday/0/closes',
    ],
    [
      'an opening without length',
      hours([{ opens: '09:00', closes: '09:00' }]),
      'opening_hours/monday/0/closes',
    ],
    [
      'an opening over midnight',
      hours([{ opens: '22:00', closes: '02:00' }]),
      'opening_hours/monday/0/closes',
    ],
    [
      'openings that overlap',
      hours([
        { opens: '09:00', closes: '12:00' },
        { opens: '11:59', closes: '17:00' },
      ]),
      'opening_hours/monday/1/opens',
    ],
    [
      'openings out of order',
      hours([
        { opens: '13:00', closes: '17:00' },
        { opens: '09:00', closes: '12:00' },
      ]),
      'opening_hours/monday/1/opens',
    ],
    ['a weekday that does not exist', { opening_hours: { funday: [] } }, 'opening_hours'],
    [
      'a closure that ends before it begins',
      { closures: [{ from: '2026-12-24', to: '2026-12-23', reason: 'X' }] },
      'closures/0/to',
    ],
    [
      'a date that does not exist',
      { closures: [{ from: '2026-02-29', to: '2026-03-01', reason: 'X' }] },
      'closures/0/from',
    ],
    [
      'a closure without a reason',
      { closures: [{ from: '2026-12-24', to: '2026-12-24', reason: ' ' }] },
      'closures/0/reason',
    ],
    [
      'more closures than anybody reads',
      {
        closures: Array.from({ length: 201 }, () => ({ from: '2026-12-24', to: '2026-12-24', reason: 'X' })),
      },
      'closures',
    ],
    ['a longer buffer than a day', { buffer_minutes: 1441 }, 'buffer_minutes'],
    ['a booking longer than any may be', { longest_booking_days: 367 }, 'longest_booking_days'],
    ['no limit where there must be one', { longest_booking_days: null }, 'longest_booking_days'],
    ['a negative quota', { quotas: { staff: { units: -1 } } }, 'quotas/staff/units'],
    [
      'an approval that does not exist',
      { approval: { by_type: { Camera: 'PERHAPS' } } },
      'approval/by_type/Camera',
    ],
    [
      'a debt limit that everybody has reached',
      { ladder: { debt_limit_cents: 0 } },
      'ladder/debt_limit_cents',
    ],
  ])('may not be %s', (_, change, path) => {
    expect(pathsOf(change)).toContain(path)
  })
})
