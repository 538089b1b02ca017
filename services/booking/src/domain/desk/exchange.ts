import { Failure, invalid, notFound } from '@kitroom/errors'

import type { Booking } from '../booking.ts'
import { BookingItem } from '../booking-item.ts'
import type { Seen } from './hand-over.ts'
import { requireItem } from './item-step.ts'
import { requireRoomForNotes } from './notes.ts'

/** How many units a loan may grow to by scans and swaps, what came back included. */
export const MAX_LOAN_ITEMS = 500

/** A unit in the hand of the desk. */
export interface UnitInHand {
  unitId: string
  resourceId: string
}

/** What a scan or swap asks of the units: what is given up, and what is to be taken. */
export interface Exchange {
  freed: readonly BookingItem[]
  /** On its unit already, as far as the booking is concerned; taken for it by the guard. */
  taken: BookingItem
  /** An item more than there were. */
  added: boolean
}

/**
 * Puts a scanned unit into a booking: in the place of the unit that was chosen for its resource when there is one, since
 * “a microphone” was asked for and this is the one given; otherwise as one unit more.
 * @returns nothing when the unit is there already and is not to go out yet
 * @throws Failure invalid-transition for a unit that is out, and a loan that is over its time or full
 */
export function scan(
  booking: Booking,
  unit: UnitInHand,
  now: Date,
  newId: () => string,
): Exchange | undefined {
  booking.require('scan')
  const here = booking.items.filter((item) => item.resourceUnitId === unit.unitId && item.state !== 'BACK')
  for (const item of here) requireItem(item, 'scan')
  const waiting = here[0] ?? booking.items.find((item) => isSomeUnitOf(item, unit.resourceId))
  if (!booking.collected && waiting?.pinned === true) return undefined
  requireTime(booking, now)
  const taken = waiting ?? added(booking, unit, newId)
  taken.putOn(unit.unitId)
  booking.touch(now)
  return { freed: waiting === undefined ? [] : [waiting], taken, added: waiting === undefined }
}

/**
 * Puts another unit of the same resource in the place of an item's: before hand-out by moving the item; during the loan
 * by taking its unit back and giving the other out as an item of its own, so that what was seen of each is kept.
 * @throws Failure invalid-transition, validation-failed
 */
export function swap(
  booking: Booking,
  item: BookingItem,
  unit: UnitInHand,
  seen: Seen,
  now: Date,
  newId: () => string,
): Exchange {
  booking.require('swap')
  requireItem(item, 'swap')
  requireLikeUnit(item, unit)
  requireTime(booking, now)
  booking.touch(now)
  if (!item.out) {
    if (seen.condition !== null || seen.note !== null) {
      const detail = 'The unit was not handed out, so it does not come back; change the unit itself instead.'
      throw invalid([{ pointer: seen.condition === null ? '/note' : '/condition', detail }])
    }
    item.putOn(unit.unitId)
    return { freed: [item], taken: item, added: false }
  }
  item.returnedAt = now
  item.noteReturn(seen.condition, seen.note)
  requireRoomForNotes(booking.items, '/note')
  return { freed: [item], taken: added(booking, unit, newId), added: false }
}

/**
 * Takes an item off that was not handed out.
 * @throws Failure invalid-transition, also for the last item
 */
export function takeOff(booking: Booking, item: BookingItem, now: Date): void {
  booking.require('take off')
  requireItem(item, 'take off')
  if (booking.items.length === 1) {
    throw new Failure('invalid-transition', 'This is the last item; cancel or reject the booking instead.')
  }
  booking.items = booking.items.filter((other) => other !== item)
  booking.touch(now)
}

const isSomeUnitOf = (item: BookingItem, resourceId: string): boolean =>
  item.resourceId === resourceId && item.state === 'WAITING' && !item.pinned

/** @throws Failure not-found for an id that is none of the booking's items' */
export function itemOf({ items }: Booking, itemId: string): BookingItem {
  const item = items.find(({ id }) => id === itemId)
  if (item === undefined) throw notFound('item')
  return item
}

function added(booking: Booking, { unitId, resourceId }: UnitInHand, newId: () => string): BookingItem {
  const { orgId, id: bookingId, items } = booking
  if (items.length >= MAX_LOAN_ITEMS) {
    throw new Failure(
      'invalid-transition',
      `A loan has at most ${MAX_LOAN_ITEMS} units, what came back included. Make another one.`,
      { facts: { limit: MAX_LOAN_ITEMS, actual: items.length + 1 } },
    )
  }
  const position = Math.max(-1, ...items.map((item) => item.position)) + 1
  const item = new BookingItem({ id: newId(), orgId, bookingId, position }, { resourceId, unitId })
  booking.items = [...items, item]
  return item
}

function requireLikeUnit({ resourceId, resourceUnitId }: BookingItem, unit: UnitInHand): void {
  const refuse = (detail: string) => invalid([{ pointer: '/resource_unit_id', detail }])
  if (unit.unitId === resourceUnitId) throw refuse('This is the unit it is on.')
  if (unit.resourceId !== resourceId) {
    throw refuse('This unit is of another resource; take the item off and scan the unit instead.')
  }
}

/** What goes out of a loan beyond its end would be overdue at once. */
function requireTime({ collected, endAt }: Booking, now: Date): void {
  if (!collected || endAt > now) return
  throw new Failure(
    'invalid-transition',
    `The loan was due ${endAt.toISOString()}, so nothing more goes out with it. Extend it first.`,
    { facts: { due_at: endAt.toISOString() } },
  )
}
