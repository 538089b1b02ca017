import { z } from 'zod'

import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Currency } from '../primitives/locale.ts'
import { Cents, Version } from '../primitives/number.ts'
import { text } from '../primitives/text.ts'

/** So many fines are paid at once at most. */
const MAX_FINES = 100

export const FineStatus = z.enum(['OPEN', 'PAID', 'WAIVED']).meta({ id: 'FineStatus' })
export type FineStatus = z.infer<typeof FineStatus>

export const Fine = z
  .object({
    id: Id,
    org_id: Id,
    user_id: Id.describe('Who owes it.'),
    booking_id: Id.nullable().describe('The booking it is for; null when it is for something else.'),
    reason: z.string(),
    amount_cents: Cents,
    currency: Currency,
    status: FineStatus,
    waiver_reason: z.string().nullable().describe('Why it was let off; null unless WAIVED.'),
    payment_id: Id.nullable().describe('The payment that covered it; null unless PAID.'),
    version: Version,
    created_at: InstantText,
  })
  .meta({ id: 'Fine' })
export type Fine = z.infer<typeof Fine>

export const PaymentMethod = z.enum(['CASH', 'CARD', 'TRANSFER']).meta({ id: 'PaymentMethod' })
export type PaymentMethod = z.infer<typeof PaymentMethod>

/** A payment, which is its receipt. */
export const Payment = z
  .object({
    id: Id,
    org_id: Id,
    number: z.int().min(1).describe('Of the receipt: 1, 2, 3 … in the organisation, without gaps.'),
    user_id: Id.describe('Whose fines were paid.'),
    fine_ids: z.array(Id),
    amount_cents: Cents,
    currency: Currency,
    method: PaymentMethod,
    paid_at: InstantText,
  })
  .meta({ id: 'Payment' })
export type Payment = z.infer<typeof Payment>

/** A fine as staff impose it. */
export const FineWish = z.strictObject({
  user_id: Id,
  booking_id: Id.nullable().default(null).describe('A booking of this user.'),
  amount_cents: Cents,
  currency: Currency.optional().describe('The organisation’s, and no other; it need not be said.'),
  reason: text(1000),
})
export type FineWish = z.infer<typeof FineWish>

/** Why a fine is let off. */
export const Waiver = z.strictObject({ reason: text(1000) })
export type Waiver = z.infer<typeof Waiver>

/** What is paid for which fines. */
export const PaymentWish = z.strictObject({
  fine_ids: z
    .array(Id)
    .min(1, 'Name at least one fine.')
    .max(MAX_FINES, `Pay at most ${MAX_FINES} fines at once.`)
    .superRefine((ids, context) => {
      ids.forEach((id, index) => {
        if (ids.indexOf(id) === index) return
        context.addIssue({ code: 'custom', path: [index], message: 'This fine is mentioned twice.' })
      })
    })
    .describe('Fines of one user.'),
  amount_cents: Cents.describe('Exactly what the fines cost together, in minor units.'),
  currency: Currency,
  method: PaymentMethod,
})
export type PaymentWish = z.infer<typeof PaymentWish>
