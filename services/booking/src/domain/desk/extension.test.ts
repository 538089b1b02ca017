import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Booking } from '../booking.ts'
import { extend } from './extension.ts'
import { isNoShow, releaseNoShow } from './no-show.ts'

const HOUR = 3_600_000
const START = new Date('2026-03-02T09:00:00.000Z')
const END = new Date('2026-03-02T17:00:00.000Z')
const later = (at: Date, ms: number) => new Date(at.getTime() + ms)

let made = 0
const newId = () => `id-${(made += 1)}`

function approved(approvedAt = later(START, -HOUR)): Booking {
  const booking = new Booking(
    {
      id: 'b',
      orgId: 'o',
      requesterUserId: 'student',
      period: { startAt: START, endAt: END },
      purpose: null,
      wishes: [{ resourceId: 'microphone' }],
      draft: false,
    },
    { by: 'student', at: later(START, -2 * HOUR) },
    newId,
  )
  booking.approve({ by: 'desk', at: approvedAt }, newId)
  return booking
}

const refusal = (work: () => void): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof Failure ? (error.errors?.[0]?.pointer ?? error.code) : error
  }
  return 'allowed'
}

describe('an extension', () => {
  it('moves the end later and counts as a renewal', () => {
    const booking = approved()
    extend(booking, later(END, 1), START)
    extend(booking, later(END, 2), START)
    expect(booking).toMatchObject({ endAt: later(END, 2), renewals: 2, startAt: START })
  })

  it.each([
    ['the end it has', END, START],
    ['an earlier end', later(END, -1), START],
    ['an end that has passed', later(END, HOUR), later(END, HOUR)],
    ['more than 366 days', later(START, 366 * 24 * HOUR + 1), START],
  ])('is not %s', (_, endAt, now) => {
    const booking = approved()
    expect(refusal(() => extend(booking, endAt, now))).toBe('/end_at')
    expect(booking).toMatchObject({ endAt: END, renewals: 0 })
  })

  it('may be of a loan whose end has passed', () => {
    const booking = approved()
    booking.status = 'CHECKED_OUT'
    extend(booking, later(END, 2 * HOUR), later(END, HOUR))
    expect(booking.endAt).toEqual(later(END, 2 * HOUR))
  })
})

describe('a booking nobody came for', () => {
  it('is one so many minutes after its start, not a millisecond before', () => {
    const booking = approved()
    expect(isNoShow(booking, 30, later(START, HOUR / 2 - 1))).toBe(false)
    expect(isNoShow(booking, 30, later(START, HOUR / 2))).toBe(true)
  })

  it('is one so many minutes after its approval, when that came later', () => {
    const booking = approved(later(START, HOUR))
    expect(isNoShow(booking, 30, later(START, 1.5 * HOUR - 1))).toBe(false)
    expect(isNoShow(booking, 30, later(START, 1.5 * HOUR))).toBe(true)
  })

  it('is none when its units may not have been there, nor once it was collected', () => {
    const booking = approved()
    booking.doubt('unit-overdue', START)
    expect(isNoShow(booking, 30, END)).toBe(false)
    booking.reassure(START)
    expect(isNoShow(booking, 30, END)).toBe(true)
    booking.status = 'CHECKED_OUT'
    expect(isNoShow(booking, 30, END)).toBe(false)
  })

  it('is called off by the system, for this reason', () => {
    const booking = approved()
    releaseNoShow(booking, END, newId)
    expect(booking).toMatchObject({ status: 'CANCELLED', cancelledAt: END, noShowAt: END })
    expect(booking.history.at(-1)).toMatchObject({
      status: 'CANCELLED',
      actorUserId: null,
      reason: 'no-show',
    })
  })
})
