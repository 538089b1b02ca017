import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { Instant } from '../primitives/instant.ts'
import { repeatable } from '../primitives/parameter.ts'
import { interval } from '../primitives/period.ts'
import { Availability, AvailabilityQuery } from './availability.ts'
import { Booking, BookingStatus } from './booking.ts'
import { WaitlistEntry } from './waitlist.ts'
import { BookingChange, BookingWish } from './wish.ts'

const params = z.strictObject({ id: Id })

export const createBooking = endpoint({
  name: 'createBooking',
  service: 'booking',
  method: 'POST',
  path: '/bookings',
  access: 'student',
  summary: 'Book units for a time',
  description:
    'An item names a very unit, or a resource and a quantity; then free units are chosen. The booking is PENDING and its units are taken, or it is refused with the intervals in the way; where the policy says so for the type of each resource, it is APPROVED at once. Students are bound by the organisation’s rules and cannot start in the past; staff can, and can book on behalf of others. With `waitlist`, what is not free joins the waitlist instead: 202 with the entry.',
  body: BookingWish,
  idempotency: 'required',
  replies: { 201: Booking, 202: WaitlistEntry },
  failures: [
    'forbidden',
    'borrower-blocked',
    'not-found',
    'policy-violated',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})

export const listBookings = endpoint({
  name: 'listBookings',
  service: 'booking',
  method: 'GET',
  path: '/bookings',
  access: 'student',
  summary: 'List bookings',
  description: 'Students see their own, staff see all.',
  query: listQuery({
    filters: {
      status: repeatable(BookingStatus).optional().describe('Of several, any matches.'),
      requester: z
        .union([z.literal('me'), Id], 'Write `me` or the id of a user.')
        .optional()
        .describe('`me` or the id of a user.'),
      resource_unit_id: Id.optional(),
      from: Instant.optional().describe('Bookings that last beyond this instant.'),
      to: Instant.optional().describe('Bookings that start before this instant.'),
    },
    sortable: ['start_at', 'created_at'],
    defaultSort: '-created_at',
  }).superRefine(interval('from', 'to')),
  replies: { 200: pageOf(Booking) },
})

export const getBooking = endpoint({
  name: 'getBooking',
  service: 'booking',
  method: 'GET',
  path: '/bookings/{id}',
  access: 'student',
  summary: 'Get a booking with its items and history',
  description: 'Students get their own.',
  params,
  replies: { 200: Booking },
  failures: ['forbidden', 'not-found'],
})

export const changeBooking = endpoint({
  name: 'changeBooking',
  service: 'booking',
  method: 'PATCH',
  path: '/bookings/{id}',
  access: 'student',
  summary: 'Change the time, purpose or items of a booking',
  description:
    'Requesters may change their own while it is DRAFT or PENDING, staff until it is handed out. The organisation’s rules judge what changes.',
  params,
  body: BookingChange,
  ifMatch: 'required',
  replies: { 200: Booking },
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

export const getAvailability = endpoint({
  name: 'getAvailability',
  service: 'booking',
  method: 'GET',
  path: '/resources/{id}/availability',
  access: 'student',
  summary: 'When is a resource free',
  description: 'The busy intervals of each unit and the number of free units over the window `[from, to)`.',
  params,
  query: AvailabilityQuery,
  replies: { 200: Availability },
  failures: ['not-found', 'dependency-unavailable'],
})
