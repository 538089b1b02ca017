import { Failure, invalid } from '@kitroom/errors'

import type { Act, Booking } from '../booking.ts'
import type { BookingItem, Condition } from '../booking-item.ts'
import type { Period } from '../period.ts'
import { type ItemStep, requireItem } from './item-step.ts'
import { requireRoomForNotes } from './notes.ts'

/** What the desk noted about a unit; null where nobody looked or nothing was to be said. */
export interface Seen {
  condition: Condition | null
  note: string | null
}

/** Units that change hands at the desk. */
export interface HandOver {
  /** When it happened: at most now. */
  at: Date
  /** Those the desk says something about, in the order of the request. */
  seen: readonly ({ unitId: string } & Seen)[]
  /** Only those named; otherwise everything that can. */
  partial: boolean
}

/**
 * Hands units out: those named, or everything that was not handed out yet.
 * @param earlyMinutes how long before the start the organisation's policy allows it
 * @returns the items that went out now
 * @throws Failure invalid-transition, validation-failed
 */
export function handOut(
  booking: Booking,
  act: Act,
  { at, seen, partial }: HandOver,
  earlyMinutes: number,
  newId: () => string,
): BookingItem[] {
  booking.require('check out')
  requirePast(at, act.at, '/picked_up_at')
  requireOpened(booking, at, earlyMinutes)
  const named = namedItems(booking, seen, 'hand out')
  const going = partial ? named : booking.items.filter(({ state }) => state === 'WAITING')
  if (going.length === 0) {
    throw new Failure('invalid-transition', 'Everything of this booking was handed out already.', {
      facts: { present_status: booking.status, possible_from: ['APPROVED'] },
    })
  }
  seen.forEach(({ condition, note }, index) => named[index]?.noteHandOut(condition, note))
  requireRoomForNotes(booking.items, '/items')
  for (const item of going) item.handedOutAt = at
  booking.pickedUpAt = booking.pickedUpAt === null || at < booking.pickedUpAt ? at : booking.pickedUpAt
  if (booking.status === 'CHECKED_OUT') booking.touch(act.at)
  else booking.become('CHECKED_OUT', act, newId)
  if (booking.claimed.every(({ out }) => out)) booking.reassure(act.at)
  return going
}

/**
 * Takes units back: those named, or everything that is out. The loan is over when nothing is out any more, at the time
 * the latest of its units came back.
 * @returns the items that came back now
 * @throws Failure invalid-transition, validation-failed
 */
export function takeBack(
  booking: Booking,
  act: Act,
  { at, seen, partial }: HandOver,
  newId: () => string,
): BookingItem[] {
  booking.require('return')
  requirePast(at, act.at, '/returned_at')
  const named = namedItems(booking, seen, 'take back')
  const coming = partial ? named : booking.items.filter(({ out }) => out)
  if (coming.some(({ handedOutAt }) => handedOutAt !== null && at < handedOutAt)) {
    throw invalid([{ pointer: '/returned_at', detail: 'Units cannot come back before they were picked up.' }])
  }
  seen.forEach(({ condition, note }, index) => named[index]?.noteReturn(condition, note))
  requireRoomForNotes(booking.items, '/items')
  for (const item of coming) item.returnedAt = at
  if (booking.items.some(({ out }) => out)) {
    booking.touch(act.at)
  } else {
    booking.returnedAt = latest(booking.items.map(({ returnedAt }) => returnedAt))
    booking.become('RETURNED', act, newId)
  }
  return coming
}

/** The items that units are named of, in their order. A unit may have been part of the loan before and be again. */
function namedItems(
  { items }: Booking,
  seen: readonly { unitId: string }[],
  step: Extract<ItemStep, 'hand out' | 'take back'>,
): BookingItem[] {
  const wanted = step === 'hand out' ? 'WAITING' : 'OUT'
  return seen.map(({ unitId }, index) => {
    const candidates = items.filter(({ resourceUnitId }) => resourceUnitId === unitId)
    const item = candidates.find(({ state }) => state === wanted) ?? candidates.at(-1)
    if (item === undefined) {
      const pointer = `/items/${index}/resource_unit_id`
      throw invalid([{ pointer, detail: 'This unit is not part of the booking.' }])
    }
    requireItem(item, step)
    return item
  })
}

function requireOpened({ startAt }: Booking, at: Date, earlyMinutes: number): void {
  const opens = new Date(startAt.getTime() - earlyMinutes * 60_000)
  if (at >= opens) return
  throw new Failure(
    'invalid-transition',
    `The units can be handed out from ${opens.toISOString()} on, ${earlyMinutes} minutes before the booking starts.`,
    { facts: { rule: 'early_pickup_minutes', limit: earlyMinutes, possible_from: opens.toISOString() } },
  )
}

/**
 * The time beyond its own for which a booking has its units when they go out at an instant: until its start when that is
 * early, and when it is over, now; null within its time.
 */
export function borrowedTime({ startAt, endAt }: Booking, at: Date, now: Date): Period | null {
  if (at < startAt) return { startAt: at, endAt: startAt }
  return at < endAt ? null : { startAt: now, endAt: new Date(now.getTime() + 1) }
}

/** @throws Failure validation-failed */
export function requirePast(instant: Date, now: Date, pointer: string): void {
  if (instant <= now) return
  throw invalid([{ pointer, detail: 'This cannot lie in the future.' }])
}

const latest = (instants: readonly (Date | null)[]): Date =>
  new Date(Math.max(...instants.map((instant) => instant?.getTime() ?? 0)))
