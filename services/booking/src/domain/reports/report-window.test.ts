import { describe, expect, it } from '@jest/globals'

import { reportWindow } from './report-window.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const before = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000)

describe('the time of a report', () => {
  it('is the last twelve weeks', () => {
    expect(reportWindow({}, now)).toEqual({ startAt: before(84), endAt: now })
  })

  it('is twelve weeks before an end, or lasts from a start until now', () => {
    expect(reportWindow({ to: before(10) }, now)).toEqual({ startAt: before(94), endAt: before(10) })
    expect(reportWindow({ from: before(1) }, now)).toEqual({ startAt: before(1), endAt: now })
    expect(reportWindow({ from: before(3), to: before(-2) }, now)).toEqual({
      startAt: before(3),
      endAt: before(-2),
    })
  })

  it.each([
    ['now', 0, 'past'],
    ['later than now', -1, 'past'],
    ['a little more than a year ago', 366.0001, '366 days'],
  ])('cannot start %s without an end', (_, days, told) => {
    expect(() => reportWindow({ from: before(days) }, now)).toThrow(
      expect.objectContaining({
        code: 'validation-failed',
        errors: [{ parameter: 'from', detail: expect.stringContaining(told) }],
      }),
    )
  })

  it('may be a year long to the millisecond', () => {
    expect(reportWindow({ from: before(366) }, now).startAt).toEqual(before(366))
  })
})
