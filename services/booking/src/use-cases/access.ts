import { type Call, hasRole } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Booking } from '../domain/booking.ts'

export const isStaff = (call: Call): boolean => hasRole(call.caller, 'staff')

/** @throws Failure not-found, or forbidden for a booking of somebody else */
export function requireOwnOrStaff<B>(
  call: Call,
  booking: B | undefined,
  requesterOf: (booking: B) => string,
): B {
  if (booking === undefined) throw notFound('booking')
  if (requesterOf(booking) === call.userId || isStaff(call)) return booking
  throw new Failure(
    'forbidden',
    'This booking is somebody else’s; only its requester and staff may see or change it.',
  )
}

/** @throws Failure not-found, or forbidden for anyone but the requester, staff included */
export function requireOwn(call: Call, booking: Booking | undefined): Booking {
  const found = requireOwnOrStaff(call, booking, requesterOf)
  if (found.requesterUserId === call.userId) return found
  throw new Failure('forbidden', 'Only the requester may do this.')
}

/** Whose booking it is. */
export const requesterOf = (booking: Booking): string => booking.requesterUserId
