import { describe, expect, it } from '@jest/globals'

import { requireLength } from './booking-length.ts'

const week = { longestBookingDays: 7, timezone: 'Europe/Zurich' }
const judge = (startAt: string, endAt: string, policy = week) =>
  requireLength(policy, { startAt: new Date(startAt), endAt: new Date(endAt) })

describe('the longest booking', () => {
  it('is so many days to the millisecond, and says how long it could be', () => {
    judge('2026-06-01T08:00Z', '2026-06-08T08:00Z')
    expect(() => judge('2026-06-01T08:00Z', '2026-06-08T08:00:00.001Z')).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: {
          rule: 'longest_booking_days',
          limit: 7,
          actual: 7.01,
          latest_end_at: '2026-06-08T08:00:00.000Z',
        },
      }),
    )
  })

  it('ends at the same time of the day though clocks were put back', () => {
    judge('2026-10-20T07:00Z', '2026-10-27T08:00Z')
    expect(() => judge('2026-10-20T07:00Z', '2026-10-27T08:01Z')).toThrow('7 days')
  })

  it('has all its hours though clocks were put forward', () => {
    judge('2026-03-25T08:00Z', '2026-04-01T08:00Z')
    expect(() => judge('2026-03-25T08:00Z', '2026-04-01T08:01Z')).toThrow('7 days')
  })

  it('of 366 days takes a leap year', () => {
    judge('2028-01-01T00:00Z', '2029-01-01T00:00Z', { longestBookingDays: 366, timezone: 'UTC' })
  })
})
