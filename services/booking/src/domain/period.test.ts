import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { overlaps, requirePeriod } from './period.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour))
const from = (start: number, end: number) => ({ startAt: at(start), endAt: at(end) })

function refusalOf(startAt: Date, endAt: Date): Failure {
  try {
    requirePeriod(startAt, endAt)
  } catch (error) {
    if (error instanceof Failure) return error
  }
  throw new Error('requirePeriod did not refuse')
}

describe('a period', () => {
  it('has a start before its end', () => {
    expect(requirePeriod(at(9), at(12))).toEqual(from(9, 12))
  })

  it.each([
    ['is empty', at(9), at(9)],
    ['runs backwards', at(12), at(9)],
    ['has no readable end', at(9), new Date(NaN)],
  ])('is refused at its end when it %s', (_, startAt, endAt) => {
    const refusal = refusalOf(startAt, endAt)
    expect(refusal.code).toBe('validation-failed')
    expect(refusal.errors).toMatchObject([{ pointer: '/end_at' }])
  })

  it('may last 366 days and not a millisecond more', () => {
    const last = new Date(at(9).getTime() + 366 * 24 * 60 * 60 * 1000)
    expect(requirePeriod(at(9), last).endAt).toEqual(last)
    expect(refusalOf(at(9), new Date(last.getTime() + 1)).errors).toMatchObject([{ pointer: '/end_at' }])
  })
})

describe('two periods', () => {
  it('overlap when they share an instant, whichever is named first', () => {
    for (const other of [from(8, 10), from(11, 13), from(10, 11), from(8, 13), from(9, 12)]) {
      expect(overlaps(from(9, 12), other)).toBe(true)
      expect(overlaps(other, from(9, 12))).toBe(true)
    }
  })

  it('do not overlap when one starts at the instant the other ends', () => {
    expect(overlaps(from(9, 12), from(12, 13))).toBe(false)
    expect(overlaps(from(12, 13), from(9, 12))).toBe(false)
  })
})
