import { invalid } from '@kitroom/errors'

import type { BookingItem } from '../booking-item.ts'

/**
 * How many UTF-16 code units the notes on a booking's items may have together. Each change of a booking is told as one
 * event with the whole of it, before and after, which must fit into a message of 1 MiB even with 500 items.
 */
export const MAX_NOTES_LENGTH = 50_000

/** @throws Failure validation-failed when the notes of all items are longer than an event can tell */
export function requireRoomForNotes(items: readonly BookingItem[], pointer: string): void {
  const length = items.reduce(
    (sum, { handOutNote, returnNote }) => sum + (handOutNote?.length ?? 0) + (returnNote?.length ?? 0),
    0,
  )
  if (length <= MAX_NOTES_LENGTH) return
  const detail = `The notes on the units of a booking may have ${MAX_NOTES_LENGTH} characters together; these would be ${length}.`
  throw invalid([{ pointer, detail }])
}
