import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { repeatable } from '../primitives/parameter.ts'
import { Reason } from './reason.ts'
import { AcceptedOffer, WaitlistEntry, WaitlistStatus } from './waitlist.ts'
import { OfferWish, WaitlistWish } from './wish.ts'

const params = z.strictObject({ id: Id })

/** What all steps of an entry's life share. */
const step = {
  service: 'booking',
  method: 'POST',
  params,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: WaitlistEntry },
} as const

export const joinWaitlist = endpoint({
  name: 'joinWaitlist',
  service: 'booking',
  method: 'POST',
  path: '/waitlist',
  access: 'student',
  summary: 'Wait for units that are not free',
  description:
    'Asked for like a booking, by the same rules. When units come free, the best entry that fits is offered them by itself. What could be booked at once is refused. An entry expires when the time it asks for begins.',
  body: WaitlistWish,
  idempotency: 'accepted',
  replies: { 201: WaitlistEntry },
  failures: [
    'forbidden',
    'borrower-blocked',
    'not-found',
    'policy-violated',
    'resource-available',
    'dependency-unavailable',
  ],
})

export const listWaitlist = endpoint({
  name: 'listWaitlist',
  service: 'booking',
  method: 'GET',
  path: '/waitlist',
  access: 'student',
  summary: 'List waitlist entries',
  description:
    'Students see their own, staff see all. Scores are brought up to date with each list; of equal scores the older entry comes first.',
  query: listQuery({
    filters: {
      status: repeatable(WaitlistStatus).optional().describe('Of several, any matches.'),
      resource_id: Id.optional().describe('Entries that ask for this resource or a unit of it.'),
    },
    sortable: ['priority_score', 'created_at'],
    defaultSort: '-priority_score',
  }),
  replies: { 200: pageOf(WaitlistEntry) },
  failures: ['dependency-unavailable'],
})

export const getWaitlistEntry = endpoint({
  name: 'getWaitlistEntry',
  service: 'booking',
  method: 'GET',
  path: '/waitlist/{id}',
  access: 'student',
  summary: 'Get a waitlist entry',
  description: 'Students get their own.',
  params,
  replies: { 200: WaitlistEntry },
  failures: ['forbidden', 'not-found', 'dependency-unavailable'],
})

export const makeOffer = endpoint({
  ...step,
  name: 'makeOffer',
  path: '/waitlist/{id}/offer',
  access: 'staff',
  summary: 'Offer units to an entry',
  description:
    'WAITING becomes OFFERED, whoever else waits: the units are held until `offer_expires_at`. With another time or other items it is an alternative. Refused when the units are not free.',
  body: OfferWish,
  bodyOptional: true,
  failures: [
    'not-found',
    'invalid-transition',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})

export const acceptOffer = endpoint({
  ...step,
  name: 'acceptOffer',
  path: '/waitlist/{id}/accept',
  access: 'student',
  summary: 'Accept an offer',
  description:
    'OFFERED becomes ACCEPTED, and what was held becomes a booking: APPROVED when staff made the offer or the policy approves such bookings by itself, else PENDING. Only the requester can, before `offer_expires_at`.',
  replies: { 200: AcceptedOffer },
  failures: [
    'forbidden',
    'borrower-blocked',
    'not-found',
    'invalid-transition',
    'offer-expired',
    'policy-violated',
    'dependency-unavailable',
  ],
})

export const declineOffer = endpoint({
  ...step,
  name: 'declineOffer',
  path: '/waitlist/{id}/decline',
  access: 'student',
  summary: 'Decline an offer',
  description: 'OFFERED becomes CANCELLED; the next in line is offered. Only the requester can.',
  failures: ['forbidden', 'not-found', 'invalid-transition', 'offer-expired'],
})

export const cancelWaitlistEntry = endpoint({
  ...step,
  name: 'cancelWaitlistEntry',
  path: '/waitlist/{id}/cancel',
  access: 'student',
  summary: 'Wait no longer',
  description: 'WAITING or OFFERED becomes CANCELLED; the next in line is offered. Only the requester can.',
  failures: ['forbidden', 'not-found', 'invalid-transition', 'offer-expired'],
})

export const rejectWaitlistEntry = endpoint({
  ...step,
  name: 'rejectWaitlistEntry',
  path: '/waitlist/{id}/reject',
  access: 'staff',
  summary: 'Reject an entry',
  description: 'WAITING or OFFERED becomes REJECTED; what was held is offered to the next in line.',
  body: Reason,
  bodyOptional: true,
  failures: ['not-found', 'invalid-transition', 'offer-expired'],
})

export const expireWaitlistEntry = endpoint({
  ...step,
  name: 'expireWaitlistEntry',
  path: '/waitlist/{id}/expire',
  access: 'admin',
  summary: 'Let an offer expire',
  description:
    'OFFERED becomes EXPIRED, as by itself at `offer_expires_at`; so does a WAITING entry once its time has begun.',
  failures: ['not-found', 'invalid-transition'],
})
