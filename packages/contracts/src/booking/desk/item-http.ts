import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { Id } from '../../primitives/id.ts'
import { Booking } from '../booking.ts'
import { MAX_LOAN_ITEMS, ScannedUnit, Swap } from './hand-over.ts'

const itemParams = z.strictObject({ id: Id, item_id: Id })

export const scanUnit = endpoint({
  name: 'scanUnit',
  service: 'booking',
  method: 'POST',
  path: '/bookings/{id}/items',
  access: 'staff',
  summary: 'Scan a unit for a booking',
  description: `The unit becomes part of an APPROVED booking; of a CHECKED_OUT one, and it is handed out at once. Where the booking asks for some unit of the same resource, this unit takes the place of the one chosen; otherwise it is added. Scanned again, nothing happens until it is out. Others who wait for the unit are moved to like ones. A loan may grow to ${MAX_LOAN_ITEMS} units so, what came back included.`,
  params: z.strictObject({ id: Id }),
  body: ScannedUnit,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Booking },
  failures: [
    'borrower-blocked',
    'not-found',
    'policy-violated',
    'invalid-transition',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})

export const removeItem = endpoint({
  name: 'removeItem',
  service: 'booking',
  method: 'DELETE',
  path: '/bookings/{id}/items/{item_id}',
  access: 'staff',
  summary: 'Take an item off a booking',
  description:
    'The item of a PENDING, APPROVED or CHECKED_OUT booking that was not handed out; its unit is free. Not the last one: cancel the booking instead.',
  params: itemParams,
  ifMatch: 'honoured',
  replies: { 204: null },
  failures: ['not-found', 'invalid-transition'],
})

export const swapItem = endpoint({
  name: 'swapItem',
  service: 'booking',
  method: 'POST',
  path: '/bookings/{id}/items/{item_id}/swap',
  access: 'staff',
  summary: 'Put another unit in the place of one',
  description:
    'Before hand-out the item moves to the other unit. During the loan its unit is back now, with the condition and note given, and the other one goes out as an item of its own. Both units are of one resource. Others who wait for the unit are moved to like ones.',
  params: itemParams,
  body: Swap,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Booking },
  failures: [
    'not-found',
    'invalid-transition',
    'unit-unavailable',
    'resource-withdrawn',
    'dependency-unavailable',
  ],
})
