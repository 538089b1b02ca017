import { describe, expect, it } from '@jest/globals'

import { renewalsUsed, requireRenewable, type Tenure } from './renewals.ts'

const DAY = 24 * 60 * 60 * 1000
const day = (number: number) => new Date(Date.UTC(2026, 5, 1) + number * DAY)
const tenure = (unitId: string, from: number, to: number, renewals = 0): Tenure => ({
  unitId,
  startAt: day(from),
  endAt: day(to),
  renewals,
})
const used = (loan: Tenure[], earlier: Tenure[], chainGapHours = 24) =>
  renewalsUsed({ max: 2, chainGapHours }, loan, earlier)

describe('renewals', () => {
  it('of a loan that continues none are its own', () => {
    expect(used([tenure('a', 10, 12, 1)], [])).toBe(1)
    expect(used([tenure('a', 10, 12, 1)], [tenure('a', 0, 2, 5)])).toBe(1)
  })

  it('are counted together with those of the loans it continues, one after the other', () => {
    const earlier = [tenure('a', 0, 2, 3), tenure('a', 6, 8, 1), tenure('a', 9, 11, 1)]
    expect(used([tenure('a', 12, 14)], earlier)).toBe(2)
  })

  it('go on over a gap of exactly the policy’s hours, and not over a longer one', () => {
    const [loan, earlier] = [[tenure('a', 11, 12)], [tenure('a', 8, 10, 1)]]
    expect(used(loan, earlier, 24)).toBe(1)
    expect(used(loan, earlier, 23)).toBe(0)
  })

  it('go on within a booking that came back early', () => {
    expect(used([tenure('a', 3, 5)], [{ ...tenure('a', 0, 7, 2), endAt: day(2) }])).toBe(2)
  })

  it('are those of the same unit only, and of several units the most', () => {
    const earlier = [tenure('a', 8, 10, 1), tenure('b', 8, 10, 2), tenure('c', 8, 10, 9)]
    expect(used([tenure('a', 10, 12)], earlier)).toBe(1)
    expect(used([tenure('a', 10, 12), tenure('b', 10, 12)], earlier)).toBe(2)
  })

  it('do not come from what starts later', () => {
    expect(used([tenure('a', 10, 12)], [tenure('a', 12, 14, 4)])).toBe(0)
  })

  it('are allowed up to the limit, and without one always', () => {
    const policy = (max: number | null) => ({ max, chainGapHours: 24 })
    requireRenewable(policy(2), 1)
    requireRenewable(policy(null), 1000)
    expect(() => requireRenewable(policy(2), 2)).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: { rule: 'renewals.max', limit: 2, actual: 3 },
      }),
    )
  })
})
