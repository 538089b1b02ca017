import { describe, expect, it } from '@jest/globals'

import type { DeskCalendar } from '../rules/time/opening.ts'
import { openPeriods } from './open-periods.ts'

const nineToFive = [{ opens: '09:00', closes: '17:00' }]
const calendar = (change: Partial<DeskCalendar> = {}): DeskCalendar => ({
  timezone: 'Europe/Zurich',
  openingHours: [nineToFive, nineToFive, nineToFive, nineToFive, nineToFive, [], []],
  closures: [],
  ...change,
})
const period = (from: string, to: string) => ({ startAt: new Date(from), endAt: new Date(to) })
const told = (of: DeskCalendar, from: string, to: string) =>
  openPeriods(of, period(from, to))?.map(({ startAt, endAt }) => [startAt.toISOString(), endAt.toISOString()])

describe('the open time of a desk', () => {
  it('is every opening of the local days of a period, weekends apart, whatever the clocks do', () => {
    // Friday 27 March to Monday 30 March 2026; on Sunday the clocks are put forward.
    expect(told(calendar(), '2026-03-26T23:30:00Z', '2026-03-30T03:00:00Z')).toEqual([
      ['2026-03-27T08:00:00.000Z', '2026-03-27T16:00:00.000Z'],
      ['2026-03-30T07:00:00.000Z', '2026-03-30T15:00:00.000Z'],
    ])
  })

  it('leaves out closures, also where it is open around the clock', () => {
    const closures = [{ from: '2026-03-28', to: '2026-03-29', reason: 'Moving' }]
    expect(
      told(calendar({ openingHours: null, closures }), '2026-03-27T12:00:00Z', '2026-03-30T12:00:00Z'),
    ).toEqual([
      ['2026-03-26T23:00:00.000Z', '2026-03-27T23:00:00.000Z'],
      ['2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'],
    ])
  })

  it('is always where nothing is set', () => {
    expect(
      openPeriods(calendar({ openingHours: null }), period('2026-03-27T00:00Z', '2026-04-27T00:00Z')),
    ).toBeNull()
  })
})
