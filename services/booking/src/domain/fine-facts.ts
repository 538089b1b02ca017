import type { Fine } from './fine.ts'
import type { Payment } from './payment.ts'

/** What the audit keeps of a fine. Which payment covered it, the audit knows from the payment. */
export function fineSnapshot(fine: Fine) {
  return {
    id: fine.id,
    org_id: fine.orgId,
    user_id: fine.userId,
    booking_id: fine.bookingId,
    reason: fine.reason,
    amount_cents: fine.amountCents,
    currency: fine.currency,
    status: fine.status,
    waiver_reason: fine.waiverReason,
    version: fine.version,
    created_at: fine.createdAt.toISOString(),
  }
}

/** A fine that no payment has covered, as clients see it; those that were paid are read from the tables. */
export const unpaidFineFacts = (fine: Fine) => ({ ...fineSnapshot(fine), payment_id: null })

/** A payment as clients and the audit see it: the receipt. */
export function paymentFacts(payment: Payment) {
  return {
    id: payment.id,
    org_id: payment.orgId,
    number: payment.number,
    user_id: payment.userId,
    fine_ids: payment.fineIds,
    amount_cents: payment.amountCents,
    currency: payment.currency,
    method: payment.method,
    paid_at: payment.paidAt.toISOString(),
  }
}
