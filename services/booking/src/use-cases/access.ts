import { type Call, hasRole } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Booking } from '../domain/booking.ts'
import type { WaitlistEntry } from '../domain/waitlist/waitlist-entry.ts'
import type { Ports } from './ports.ts'

export const isStaff = (call: Call): boolean => hasRole(call.caller, 'staff')

/** What belongs to somebody. */
type Possession = 'booking' | 'fine' | 'payment' | 'waitlist entry'

/** @throws Failure not-found, or forbidden for what is somebody else's */
export function requireOwnOrStaff<Thing>(
  call: Call,
  what: Possession,
  thing: Thing | undefined,
  ownerOf: (thing: Thing) => string,
): Thing {
  if (thing === undefined) throw notFound(what)
  if (ownerOf(thing) === call.userId || isStaff(call)) return thing
  throw new Failure(
    'forbidden',
    `This ${what} is somebody else’s; only whose it is and staff may see or change it.`,
  )
}

/**
 * Judges a repeated request before the transaction tells its first answer again: who did it as staff may be staff no more
 * (IDM-10). That there is no such thing is for the transaction to say, which keeps what it answers.
 * @throws Failure forbidden
 */
export async function requireStillOwnOrStaff(
  ownerOf: Ports['ownerOf'],
  call: Call,
  what: keyof Ports['ownerOf'],
  id: string,
): Promise<void> {
  if (call.once === undefined || isStaff(call)) return
  const owner = await ownerOf[what](call.orgId, id)
  if (owner !== undefined) requireOwnOrStaff(call, what, owner, (userId) => userId)
}

/** @throws Failure not-found, or forbidden for anyone but the requester, staff included */
export function requireOwn(call: Call, booking: Booking | undefined): Booking {
  const found = requireOwnOrStaff(call, 'booking', booking, requesterOf)
  if (found.requesterUserId === call.userId) return found
  throw new Failure('forbidden', 'Only the requester may do this.')
}

/** The same of a waitlist entry: a wish is its requester's alone to take up or give up. */
export function requireOwnEntry(call: Call, entry: WaitlistEntry | undefined): WaitlistEntry {
  const found = requireOwnOrStaff(call, 'waitlist entry', entry, ({ requesterUserId }) => requesterUserId)
  if (found.requesterUserId === call.userId) return found
  throw new Failure('forbidden', 'Only the requester may do this; staff can reject the entry.')
}

/** Whose booking it is. */
export const requesterOf = (booking: Booking): string => booking.requesterUserId
