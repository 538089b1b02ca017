import { describe, expect, it } from '@jest/globals'

import { needsLookingAfter, type Waiting } from './risk.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000)
const waiting = (change: Partial<Waiting>): Waiting => ({
  startAt: inHours(2),
  waitsForLoan: true,
  isNext: true,
  atRiskReason: null,
  ...change,
})

describe('a booking that waits for units', () => {
  it.each<[string, boolean, Partial<Waiting>]>([
    ['when it is next after an overdue loan, however far away', true, { startAt: inHours(24 * 90) }],
    ['when it is not next but starts within a day', true, { isNext: false, startAt: inHours(24) }],
    ['when its start has passed', true, { isNext: false, startAt: inHours(-1) }],
    ['not when it is not next and starts later', false, { isNext: false, startAt: inHours(24.001) }],
    ['not when no loan is in its way', false, { waitsForLoan: false }],
    [
      'when it is flagged for a loan that is back',
      true,
      { waitsForLoan: false, atRiskReason: 'unit-overdue' },
    ],
    ['not when it is flagged already and the loan is still out', false, { atRiskReason: 'unit-overdue' }],
    [
      'not at once when it is flagged for a withdrawal',
      false,
      { waitsForLoan: false, atRiskReason: 'resource-withdrawn' },
    ],
  ])('is looked after %s', (_, expected, change) => {
    expect(needsLookingAfter(waiting(change), now, false)).toBe(expected)
  })

  it.each(['unit-overdue', 'resource-withdrawn'])(
    'flagged as %s is looked at again now and then',
    (reason) => {
      expect(needsLookingAfter(waiting({ atRiskReason: reason }), now, true)).toBe(true)
      expect(needsLookingAfter(waiting({ waitsForLoan: false }), now, true)).toBe(false)
    },
  )
})
