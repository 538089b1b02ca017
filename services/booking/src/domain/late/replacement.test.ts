import { describe, expect, it } from '@jest/globals'

import { isReplacementDue, replacementReason } from './replacement.ts'

const end = new Date('2026-03-01T12:00:00.000Z')
const after = (ms: number) => new Date(end.getTime() + ms)
const DAY = 24 * 60 * 60 * 1000

describe('the replacement of what is not back', () => {
  it('is due when the days of the policy are full, and not a millisecond before', () => {
    const policy = { replacementAfterDays: 14, replacementCents: 80_000 }
    expect(isReplacementDue(policy, end, after(14 * DAY - 1))).toBe(false)
    expect(isReplacementDue(policy, end, after(14 * DAY))).toBe(true)
  })

  it('is never due where the policy has no days or takes nothing', () => {
    expect(
      isReplacementDue({ replacementAfterDays: null, replacementCents: 80_000 }, end, after(999 * DAY)),
    ).toBe(false)
    expect(isReplacementDue({ replacementAfterDays: 14, replacementCents: 0 }, end, after(999 * DAY))).toBe(
      false,
    )
  })

  it('says for what and why', () => {
    expect(replacementReason('“Sony FX6”', 'U1', end, 14)).toBe(
      'Replacement of “Sony FX6” (unit U1): due 2026-03-01T12:00:00.000Z, not back 14 days later.',
    )
  })
})
