import { describe, expect, it } from '@jest/globals'

import { type FinePolicy, lateFine } from './fine-policy.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const END = new Date('2026-03-02T12:00:00.000Z')

/** The defaults of the contract: 5 euros for each started day after an hour's grace, 50 at most. */
const usual: FinePolicy = { unit: 'DAY', amountCents: 500, graceMinutes: 60, capCents: 5000 }
const after = (ms: number, policy: Partial<FinePolicy> = {}, endAt = END) =>
  lateFine({ ...usual, ...policy }, endAt, new Date(endAt.getTime() + ms))

describe('a late return', () => {
  it.each([
    ['an hour early', -HOUR, 0],
    ['at the end', 0, 0],
    ['a millisecond late', 1, 0],
    ['a millisecond before the grace is over', HOUR - 1, 0],
    ['when the grace ends', HOUR, 0],
    ['a millisecond after the grace', HOUR + 1, 500],
    ['a day late', DAY, 500],
    ['a day and a millisecond late', DAY + 1, 1000],
    ['a day and the grace late: the grace is no discount', DAY + HOUR, 1000],
    ['two days late', 2 * DAY, 1000],
    ['nine days and a millisecond late', 9 * DAY + 1, 5000],
    ['ten days late', 10 * DAY, 5000],
    ['ten days and a millisecond late', 10 * DAY + 1, 5000],
    ['a year late', 365 * DAY, 5000],
  ])('costs by the usual policy, %s', (_, ms, cents) => {
    expect(after(ms)).toBe(cents)
  })

  it.each([
    ['exactly one hour', HOUR, {}, 0],
    ['an hour and a millisecond', HOUR + 1, {}, 200],
    ['two hours', 2 * HOUR, {}, 200],
    ['one millisecond without grace', 1, { graceMinutes: 0 }, 100],
    ['nothing without grace', 0, { graceMinutes: 0 }, 0],
    ['a day', DAY, {}, 2400],
    ['more than the cap allows, to the cent', 3 * DAY, { capCents: 4999 }, 4999],
  ])('costs by the hour: %s', (_, ms, policy, cents) => {
    expect(after(ms, { unit: 'HOUR', amountCents: 100, ...policy })).toBe(cents)
  })

  it.each([
    ['an amount of nothing', { amountCents: 0 }],
    ['a cap of nothing', { capCents: 0 }],
    ['a grace of a week', { graceMinutes: 7 * 24 * 60 }],
  ])('costs nothing with %s', (_, policy) => {
    expect(after(7 * DAY, policy)).toBe(0)
  })

  it('knows days of 24 hours only, also over the night the clocks change', () => {
    // Zurich, 28 to 29 March 2026: from noon to noon it is 23 hours.
    const end = new Date('2026-03-28T11:00:00.000Z')
    expect(after(23 * HOUR + 1, {}, end)).toBe(500)
    expect(after(DAY, {}, end)).toBe(500)
    expect(after(DAY + 1, {}, end)).toBe(1000)
  })
})
