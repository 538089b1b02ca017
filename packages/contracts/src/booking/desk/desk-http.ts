import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { Id } from '../../primitives/id.ts'
import { Booking } from '../booking.ts'
import { HandOut, ReturnOfUnits } from './hand-over.ts'
import { Extension, WalkIn } from './walk-in.ts'

/** What the steps at the desk share. */
const step = {
  service: 'booking',
  method: 'POST',
  access: 'staff',
  params: z.strictObject({ id: Id }),
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Booking },
} as const

export const checkOutBooking = endpoint({
  ...step,
  name: 'checkOutBooking',
  path: '/bookings/{id}/checkout',
  summary: 'Hand out',
  description:
    'Everything that was not handed out yet goes out, or with `partial` the units named. APPROVED becomes CHECKED_OUT with the first of them; what is missing can be handed out later in the same way. Not before the early pick-up window of the organisation’s policy opens; `picked_up_at` may lie in the past. A unit that somebody else has is not handed out a second time, nor early, or after the end, one that is promised to somebody else at that time.',
  body: HandOut,
  bodyOptional: true,
  failures: ['not-found', 'invalid-transition', 'unit-unavailable', 'dependency-unavailable'],
})

export const returnBooking = endpoint({
  ...step,
  name: 'returnBooking',
  path: '/bookings/{id}/return',
  summary: 'Take back',
  description:
    'Everything that is out is back, or with `partial` the units named; their time is free for others at once. CHECKED_OUT becomes RETURNED when nothing is out any more; what was never handed out is freed then, and if the last unit came late, the loan is fined once by the organisation’s policy. `returned_at` may lie in the past. A unit found DAMAGED goes to MAINTENANCE, and any condition seen becomes the unit’s, a moment later.',
  body: ReturnOfUnits,
  bodyOptional: true,
  failures: ['not-found', 'invalid-transition', 'dependency-unavailable'],
})

export const lendWalkIn = endpoint({
  service: 'booking',
  method: 'POST',
  access: 'staff',
  name: 'lendWalkIn',
  path: '/bookings/walk-in',
  summary: 'Lend to somebody who is at the desk',
  description:
    'A booking made, approved and handed out in one step: it is CHECKED_OUT from now, or from `picked_up_at`, until `end_at`.',
  body: WalkIn,
  idempotency: 'required',
  replies: { 201: Booking },
  failures: [
    'borrower-blocked',
    'not-found',
    'policy-violated',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})

export const extendBooking = endpoint({
  ...step,
  access: 'student',
  name: 'extendBooking',
  path: '/bookings/{id}/extend',
  summary: 'Extend a booking',
  description:
    'A later end for a booking that is APPROVED or CHECKED_OUT, by its requester or staff; once its end has passed, by staff only. What was handed out stays where it is; others who wait for its units are moved to like ones, or it is refused with what is in the way. It counts as a renewal, which the policy limits.',
  body: Extension,
  failures: [
    'forbidden',
    'borrower-blocked',
    'not-found',
    'policy-violated',
    'invalid-transition',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})
