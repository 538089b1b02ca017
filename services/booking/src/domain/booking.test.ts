import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Booking, requireFutureStart } from './booking.ts'
import { bookingFacts } from './booking-facts.ts'
import type { Status } from './booking-status.ts'
import { scan, swap, takeOff } from './desk/exchange.ts'
import { extend } from './desk/extension.ts'
import { handOut, takeBack } from './desk/hand-over.ts'

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

const all = (at: Date) => ({ at, seen: [], partial: false })
const idOf = (booking: Booking) => booking.items[0]?.id ?? ''
const UNSEEN = { condition: null, note: null }

describe('a booking', () => {
  const steps: Record<string, (booking: Booking) => void> = {
    submit: (booking) => booking.submit(by, newId),
    approve: (booking) => booking.approve(by, newId),
    reject: (booking) => booking.reject(by, newId),
    cancel: (booking) => booking.cancel(by, newId),
    handOut: (booking) => handOut(booking, { by: 'desk', at: START }, all(START), 60, newId),
    takeBack: (booking) => takeBack(booking, { by: 'desk', at: END }, all(END), newId),
    change: (booking) => booking.change(NOW, { purpose: 'x' }),
    extend: (booking) => extend(booking, new Date(END.getTime() + 1), NOW),
    scan: (booking) => void scan(booking, { unitId: 'lamp-1', resourceId: 'lamp' }, NOW, newId),
    swap: (booking) =>
      void swap(booking, idOf(booking), { unitId: 'm-2', resourceId: 'microphone' }, UNSEEN, NOW, newId),
    takeOff: (booking) => void takeOff(booking, idOf(booking), NOW),
  }
  const ALLOWED: Record<Status, Record<string, Status>> = {
    DRAFT: { submit: 'PENDING', cancel: 'CANCELLED', change: 'DRAFT' },
    PENDING: {
      ...{ approve: 'APPROVED', reject: 'REJECTED', cancel: 'CANCELLED' },
      ...{ change: 'PENDING', swap: 'PENDING', takeOff: 'PENDING' },
    },
    APPROVED: {
      ...{ handOut: 'CHECKED_OUT', cancel: 'CANCELLED', change: 'APPROVED', extend: 'APPROVED' },
      ...{ scan: 'APPROVED', swap: 'APPROVED', takeOff: 'APPROVED' },
    },
    // With something out and something still to go out.
    CHECKED_OUT: {
      ...{ handOut: 'CHECKED_OUT', takeBack: 'RETURNED', change: 'CHECKED_OUT', extend: 'CHECKED_OUT' },
      ...{ scan: 'CHECKED_OUT', swap: 'CHECKED_OUT', takeOff: 'CHECKED_OUT' },
    },
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
    const camera = booking.items[1]
    if (status === 'CHECKED_OUT' && camera !== undefined) camera.handedOutAt = START
    const outcome = refusal(() => steps[step]?.(booking))
    expect(outcome).toBe(becomes === undefined ? 'invalid-transition' : 'allowed')
    expect(booking.status).toBe(becomes ?? status)
  })

  it('has another time of change even when it changes twice in a millisecond, so that its version rises', () => {
    const booking = booked()
    const once = booking.updatedAt
    booking.touch(new Date(NOW))
    expect(booking.updatedAt).toEqual(once)
    // As it is when it was stored and is loaded again for another change.
    const stored = Object.assign(Object.create(Booking.prototype) as Booking, { updatedAt: NOW })
    stored.touch(new Date(NOW))
    stored.touch(new Date(NOW))
    expect(stored.updatedAt.getTime()).toBe(NOW.getTime() + 1)
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
    handOut(booking, by, all(NOW), 10_000_000, newId)
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
