import { describe, expect, it } from '@jest/globals'

import { requireHorizon, requireLeadTime } from './start-window.ts'

const now = new Date('2026-10-20T07:00Z')

describe('lead time', () => {
  it('is kept to the millisecond, and says when the first start could be', () => {
    requireLeadTime({ leadTimeMinutes: 120 }, new Date('2026-10-20T09:00Z'), now)
    expect(() =>
      requireLeadTime({ leadTimeMinutes: 120 }, new Date('2026-10-20T08:59:59.999Z'), now),
    ).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: {
          rule: 'lead_time_minutes',
          limit: 120,
          actual: 119,
          possible_from: '2026-10-20T09:00:00.000Z',
        },
      }),
    )
  })

  it('of nothing leaves the past to the rule about the past', () => {
    requireLeadTime({ leadTimeMinutes: 0 }, new Date('2026-10-20T06:59:30Z'), now)
  })
})

describe('the horizon', () => {
  const policy = { horizonDays: 7, timezone: 'Europe/Zurich' }

  it('ends at the time of the day it is now, though clocks were put back', () => {
    requireHorizon(policy, new Date('2026-10-27T08:00Z'), now)
    expect(() => requireHorizon(policy, new Date('2026-10-27T08:00:00.001Z'), now)).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: {
          rule: 'horizon_days',
          limit: 7,
          actual: 7.05,
          possible_until: '2026-10-27T08:00:00.000Z',
        },
      }),
    )
  })

  it('may be none', () => {
    requireHorizon({ ...policy, horizonDays: null }, new Date('2099-01-01T00:00Z'), now)
  })
})
