import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { repeatable } from '../primitives/parameter.ts'
import { Fine, FineStatus, FineWish, Payment, PaymentWish, Waiver } from './fine.ts'

const params = z.strictObject({ id: Id })

export const listFines = endpoint({
  name: 'listFines',
  service: 'booking',
  method: 'GET',
  path: '/fines',
  access: 'student',
  summary: 'List fines',
  description: 'Students see their own, staff see all.',
  query: listQuery({
    filters: {
      status: repeatable(FineStatus).optional().describe('Of several, any matches.'),
      user: z
        .union([z.literal('me'), Id], 'Write `me` or the id of a user.')
        .optional()
        .describe('`me` or the id of a user.'),
      booking_id: Id.optional(),
    },
    sortable: ['created_at', 'amount_cents'],
    defaultSort: '-created_at',
  }),
  replies: { 200: pageOf(Fine) },
  failures: ['forbidden'],
})

export const createFine = endpoint({
  name: 'createFine',
  service: 'booking',
  method: 'POST',
  path: '/fines',
  access: 'staff',
  summary: 'Impose a fine',
  description:
    'For what a late return does not cover by itself. It is OPEN and in the currency of the organisation.',
  body: FineWish,
  idempotency: 'accepted',
  replies: { 201: Fine },
  failures: ['not-found', 'dependency-unavailable'],
})

export const getFine = endpoint({
  name: 'getFine',
  service: 'booking',
  method: 'GET',
  path: '/fines/{id}',
  access: 'student',
  summary: 'Get a fine',
  description: 'Students get their own.',
  params,
  replies: { 200: Fine },
  failures: ['forbidden', 'not-found'],
})

export const waiveFine = endpoint({
  name: 'waiveFine',
  service: 'booking',
  method: 'POST',
  path: '/fines/{id}/waive',
  access: 'staff',
  summary: 'Let a fine off',
  description: 'OPEN becomes WAIVED, for a reason that the borrower can read.',
  params,
  body: Waiver,
  idempotency: 'accepted',
  ifMatch: 'honoured',
  replies: { 200: Fine },
  failures: ['not-found', 'invalid-transition'],
})

export const payFines = endpoint({
  name: 'payFines',
  service: 'booking',
  method: 'POST',
  path: '/fines/payments',
  access: 'student',
  summary: 'Pay fines',
  description:
    'The fines are of one user and OPEN, and become PAID. The amount must be exactly what they cost together, in their currency; otherwise it is refused with the expected figure. Students pay their own, staff enter payments for others. The payment has the next number of the organisation’s receipts.',
  body: PaymentWish,
  idempotency: 'required',
  replies: { 201: Payment },
  failures: ['forbidden', 'not-found', 'invalid-transition'],
})

export const getPayment = endpoint({
  name: 'getPayment',
  service: 'booking',
  method: 'GET',
  path: '/fines/payments/{id}',
  access: 'student',
  summary: 'Get the receipt of a payment',
  description: 'Students get their own.',
  params,
  replies: { 200: Payment },
  failures: ['forbidden', 'not-found'],
})
