import { describe, expect, it } from '@jest/globals'

import { blocksAt, type Conduct, type Ladder, requireUnblocked, strikesAt } from './ladder.ts'

const DAY = 24 * 60 * 60 * 1000
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY)

const ladder: Ladder = {
  strikes: 3,
  windowDays: 365,
  suspensionDays: 14,
  debtLimitCents: 5000,
  replacementAfterDays: null,
  replacementCents: 0,
}
const late = (...days: number[]): Conduct => ({
  lateReturns: days.map(day),
  openFines: { count: 0, amountCents: 0 },
})
const owing = (amountCents: number, count = 1): Conduct => ({
  lateReturns: [],
  openFines: { count, amountCents },
})

describe('strikes', () => {
  it('count for the window, its first instant too', () => {
    expect(strikesAt(ladder, late(0, 100, 365), day(365))).toBe(3)
    expect(strikesAt(ladder, late(0, 100, 365), new Date(day(365).getTime() + 1))).toBe(2)
  })

  it('suspend when they are as many as the policy says, until some days after the last', () => {
    expect(blocksAt(ladder, late(0, 10), day(10))).toEqual([])
    expect(blocksAt(ladder, late(0, 10, 20), day(20))).toMatchObject([
      { rule: 'ladder.strikes', limit: 3, actual: 3, until: day(34) },
    ])
    expect(blocksAt(ladder, late(0, 10, 20), new Date(day(34).getTime() - 1))).toHaveLength(1)
    expect(blocksAt(ladder, late(0, 10, 20), day(34))).toEqual([])
  })

  it('must fall into one window', () => {
    expect(blocksAt(ladder, late(0, 10, 366), day(366))).toEqual([])
    expect(blocksAt(ladder, late(1, 10, 366), day(366))).toHaveLength(1)
  })

  it('that leave the window do not cut a suspension short', () => {
    expect(blocksAt(ladder, late(0, 100, 364), day(370))).toMatchObject([{ until: day(378) }])
  })

  it('that are fewer again do not lift the suspension of those before', () => {
    const short = { ...ladder, windowDays: 10 }
    expect(blocksAt(short, late(0, 5, 9, 20), day(21))).toMatchObject([{ actual: 3, until: day(23) }])
  })

  it('prolong a suspension with each that comes', () => {
    expect(blocksAt(ladder, late(0, 10, 20, 30), day(31))).toMatchObject([{ actual: 4, until: day(44) }])
  })

  it('suspend nobody where the policy says so', () => {
    expect(blocksAt({ ...ladder, strikes: null }, late(0, 1, 2, 3), day(3))).toEqual([])
  })
})

describe('debt', () => {
  it('blocks from the limit on', () => {
    expect(blocksAt(ladder, owing(4999, 9), day(0))).toEqual([])
    expect(blocksAt(ladder, owing(5000), day(0))).toMatchObject([
      { rule: 'ladder.debt_limit_cents', limit: 5000, actual: 5000, until: null },
    ])
  })

  it('blocks nobody where the policy says so', () => {
    expect(blocksAt({ ...ladder, debtLimitCents: null }, owing(1_000_000), day(0))).toEqual([])
  })
})

describe('a borrower', () => {
  it('who is blocked hears all reasons at once and what ends each', () => {
    const conduct = { ...late(0, 1, 2), openFines: { count: 2, amountCents: 9000 } }
    expect(() => requireUnblocked(ladder, conduct, day(3))).toThrow(
      expect.objectContaining({
        code: 'borrower-blocked',
        kind: 'forbidden',
        facts: {
          reasons: [
            {
              rule: 'ladder.strikes',
              limit: 3,
              actual: 3,
              until: '2026-01-17T00:00:00.000Z',
              ends: expect.stringContaining('2026-01-17'),
            },
            {
              rule: 'ladder.debt_limit_cents',
              limit: 5000,
              actual: 9000,
              until: null,
              ends: expect.stringContaining('paid'),
            },
          ],
        },
      }),
    )
  })

  it('against whom nothing stands may borrow', () => {
    requireUnblocked(ladder, late(0, 1), day(2))
  })
})
