import type { Call, PaymentWish } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { Payment, settleFines } from '../../domain/payment.ts'
import { requireOwnOrStaff, requireStillOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'

/** Pays fines of one person in full, for a receipt with the organisation's next number. */
export const payFines =
  ({ inTransaction, ownerOf, newId }: Ports) =>
  async (call: Call, wish: PaymentWish): Promise<Payment> => {
    // They are all one person's, or nothing is paid.
    const [any] = wish.fine_ids
    if (any !== undefined) await requireStillOwnOrStaff(ownerOf, call, 'fine', any)
    return inTransaction(call, async ({ fines, payments, now }) => {
      const [first, ...others] = await fines.forChange(wish.fine_ids)
      if (first === undefined || others.length + 1 < wish.fine_ids.length) throw notFound('fine')
      for (const fine of [first, ...others]) requireOwnOrStaff(call, 'fine', fine, ({ userId }) => userId)
      const settled = settleFines([first, ...others], {
        amountCents: wish.amount_cents,
        currency: wish.currency,
        method: wish.method,
      })
      const { orgId, userId } = first
      const number = await payments.nextNumber()
      const payment = new Payment({ id: newId(), orgId, number, userId }, settled, now)
      await payments.add(payment)
      return payment
    })
  }
