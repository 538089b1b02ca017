import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Booking, requireFutureStart } from './booking.ts'
import { bookingFacts } from './booking-facts.ts'
import type { Status } from './booking-status.ts'

const START = new Date('2026-03-02T09:00:00.000Z')
const END = new Date('2026-03-02T17:00:00.000Z')
const NOW = new Date('2026-03-01T12:00:00.000Z')
const by = { by: 'desk', at: NOW }

let made = 0
const newId = () => `id-${(made += 1)}`

const booked = (draft = false) =>
  new Booking(
    {
      id: 'b',
      orgId: 'o',
      requesterUserId: 'student',
      period: { startAt: START, endAt: END },
      purpose: null,
      wishes: [{ resourceId: 'microphone' }, { resourceId: 'camera', unitId: 'camera-7' }],
      draft,
    },
    by,
    newId,
  )

const refusal = (work: () => void): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof Failure ? error.code : error
  }
  return 'allowed'
}

describe('a booking', () => {
  const steps: Record<string, (booking: Booking) => void> = {
    submit: (booking) => booking.submit(by, newId),
    approve: (booking) => booking.approve(by, newId),
    reject: (booking) => booking.reject(by, newId),
    cancel: (booking) => booking.cancel(by, newId),
    checkOut: (booking) => booking.checkOut({ by: 'desk', at: START }, START, 60, newId),
    takeBack: (booking) => booking.takeBack({ by: 'desk', at: END }, END, [], newId),
  }
  const ALLOWED: Record<Status, Record<string, Status>> = {
    DRAFT: { submit: 'PENDING', cancel: 'CANCELLED' },
    PENDING: { approve: 'APPROVED', reject: 'REJECTED', cancel: 'CANCELLED' },
    APPROVED: { checkOut: 'CHECKED_OUT', cancel: 'CANCELLED' },
    CHECKED_OUT: { takeBack: 'RETURNED' },
    RETURNED: {},
    REJECTED: {},
    CANCELLED: {},
  }
  const pairs = Object.entries(ALLOWED).flatMap(([status, allowed]) =>
    Object.keys(steps).map((step) => ({ status: status as Status, step, becomes: allowed[step] })),
  )

  it.each(pairs)('that is $status and asked to $step becomes $becomes', ({ status, step, becomes }) => {
    const booking = booked()
    booking.status = status
    const outcome = refusal(() => steps[step]?.(booking))
    expect(outcome).toBe(becomes === undefined ? 'invalid-transition' : 'allowed')
    expect(booking.status).toBe(becomes ?? status)
  })

  it('says from which statuses a refused step would be possible', () => {
    const booking = booked(true)
    expect(() => booking.approve(by, newId)).toThrow(/DRAFT.*would have to be PENDING/)
  })

  it('remembers who did what, when and why', () => {
    const booking = booked()
    booking.reject({ by: 'desk', at: START, reason: 'Broken.' }, newId)
    expect(bookingFacts(booking).history).toEqual([
      { status: 'PENDING', at: NOW.toISOString(), actor_user_id: 'desk', reason: null },
      { status: 'REJECTED', at: START.toISOString(), actor_user_id: 'desk', reason: 'Broken.' },
    ])
  })

  it('is handed out from the early pick-up window on, not a millisecond before', () => {
    const opens = new Date(START.getTime() - 60 * 60_000)
    const at = (pickedUp: Date) => {
      const booking = booked()
      booking.approve(by, newId)
      return refusal(() => booking.checkOut({ by: 'desk', at: END }, pickedUp, 60, newId))
    }
    expect(at(new Date(opens.getTime() - 1))).toBe('invalid-transition')
    expect(at(opens)).toBe('allowed')
  })

  it('cannot have been handed out or come back in the future, nor come back before it went', () => {
    const booking = booked()
    booking.approve(by, newId)
    const late = new Date(START.getTime() + 1)
    expect(refusal(() => booking.checkOut({ by: 'desk', at: START }, late, 60, newId))).toBe(
      'validation-failed',
    )
    booking.checkOut({ by: 'desk', at: START }, START, 60, newId)
    const early = new Date(START.getTime() - 1)
    expect(refusal(() => booking.takeBack({ by: 'desk', at: END }, early, [], newId))).toBe(
      'validation-failed',
    )
  })

  it('takes notes about its own units only', () => {
    const booking = booked()
    booking.approve(by, newId)
    booking.checkOut({ by: 'desk', at: START }, START, 60, newId)
    const seen = (unitId: string) => [{ unitId, condition: 'DAMAGED' as const, note: 'Lens cap lost.' }]
    const back = (unitId: string) =>
      refusal(() => booking.takeBack({ by: 'desk', at: END }, END, seen(unitId), newId))
    expect(back('camera-8')).toBe('validation-failed')
    expect(back('camera-7')).toBe('allowed')
    expect(booking.items[1]?.returnedCondition).toBe('DAMAGED')
  })

  it('keeps the items that are still asked for when its wishes change', () => {
    const booking = booked()
    const [microphone, camera] = booking.items
    booking.ask([{ resourceId: 'camera', unitId: 'camera-7' }, { resourceId: 'tripod' }], newId)
    expect(booking.items[0]).toBe(camera)
    expect(booking.items).not.toContain(microphone)
    expect(booking.items[1]).toMatchObject({ resourceId: 'tripod', resourceUnitId: null, pinned: false })
  })

  it('lets nobody move a pinned item or one that was handed out', () => {
    const booking = booked()
    const [free, pinned] = booking.items.map(({ id }) => id)
    expect(() => booking.place(pinned ?? '', 'camera-8', NOW)).toThrow()
    booking.place(free ?? '', 'microphone-2', NOW)
    booking.approve(by, newId)
    booking.checkOut(by, NOW, 10_000_000, newId)
    expect(() => booking.place(free ?? '', 'microphone-3', NOW)).toThrow()
  })

  it('keeps the start of a loan that was handed out, and lets its end move', () => {
    const booking = booked()
    booking.status = 'CHECKED_OUT'
    const later = new Date(END.getTime() + 3_600_000)
    expect(refusal(() => booking.change(NOW, { period: { startAt: NOW, endAt: END } }))).toBe(
      'invalid-transition',
    )
    booking.change(NOW, { period: { startAt: START, endAt: later } })
    expect(booking.endAt).toBe(later)
  })

  it('may start a minute ago, as clocks go, but not earlier', () => {
    const ago = (ms: number) => refusal(() => requireFutureStart(new Date(NOW.getTime() - ms), NOW))
    expect(ago(60_000)).toBe('allowed')
    expect(ago(60_001)).toBe('validation-failed')
  })
})
