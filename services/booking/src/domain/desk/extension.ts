import { invalid } from '@kitroom/errors'

import type { Booking } from '../booking.ts'
import { requirePeriod } from '../period.ts'

/** @throws Failure invalid-transition, or validation-failed for what is no later end */
export function requireExtension(booking: Booking, endAt: Date, now: Date): void {
  booking.require('extend')
  if (endAt <= booking.endAt) {
    const detail = `An extension ends later than the booking, after ${booking.endAt.toISOString()}.`
    throw invalid([{ pointer: '/end_at', detail }])
  }
  if (endAt <= now) throw invalid([{ pointer: '/end_at', detail: 'An extension cannot end in the past.' }])
  requirePeriod(booking.startAt, endAt)
}

/** Moves the end of a booking to a later instant, which is a renewal. @throws as `requireExtension` */
export function extend(booking: Booking, endAt: Date, now: Date): void {
  requireExtension(booking, endAt, now)
  booking.endAt = endAt
  booking.renewals += 1
  booking.touch(now)
}
