import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Id } from '../primitives/id.ts'
import { Booking } from './booking.ts'
import { Reason } from './reason.ts'

/** What all steps of a booking's life share. */
const step = {
  service: 'booking',
  method: 'POST',
  params: z.strictObject({ id: Id }),
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Booking },
} as const

export const submitBooking = endpoint({
  ...step,
  name: 'submitBooking',
  path: '/bookings/{id}/submit',
  access: 'student',
  summary: 'Submit a draft',
  description:
    'DRAFT becomes PENDING, or by the policy APPROVED at once, and takes its units. The organisation’s rules bind it from now on. Only its requester can.',
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

export const cancelBooking = endpoint({
  ...step,
  name: 'cancelBooking',
  path: '/bookings/{id}/cancel',
  access: 'student',
  summary: 'Cancel a booking',
  description:
    'DRAFT, PENDING or APPROVED becomes CANCELLED; its units are free. Its requester and staff can.',
  body: Reason,
  bodyOptional: true,
  failures: ['forbidden', 'not-found', 'invalid-transition'],
})

export const approveBooking = endpoint({
  ...step,
  name: 'approveBooking',
  path: '/bookings/{id}/approve',
  access: 'staff',
  summary: 'Approve a booking',
  description: 'PENDING becomes APPROVED.',
  body: Reason,
  bodyOptional: true,
  failures: ['not-found', 'invalid-transition', 'unit-unavailable', 'resource-withdrawn'],
})

export const rejectBooking = endpoint({
  ...step,
  name: 'rejectBooking',
  path: '/bookings/{id}/reject',
  access: 'staff',
  summary: 'Reject a booking',
  description: 'PENDING becomes REJECTED; its units are free.',
  body: Reason,
  bodyOptional: true,
  failures: ['not-found', 'invalid-transition'],
})
