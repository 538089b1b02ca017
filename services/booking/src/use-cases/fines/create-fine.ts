import type { Call, FineWish } from '@kitroom/contracts'
import { invalid, notFound } from '@kitroom/errors'

import { Fine } from '../../domain/fine.ts'
import type { Ports } from '../ports.ts'

/**
 * Imposes a fine on a member for something that happened, perhaps with one of their bookings.
 * @throws Failure not-found, validation-failed
 */
export const createFine =
  ({ inTransaction, directory, newId }: Ports) =>
  async (call: Call, wish: FineWish): Promise<Fine> => {
    const [{ currency }, isMember] = await Promise.all([
      directory.policyOf(call.orgId),
      directory.isMember(call.orgId, wish.user_id),
    ])
    return inTransaction(call, async ({ bookings, fines, now }) => {
      if (wish.currency !== undefined && wish.currency !== currency) {
        throw invalid([{ pointer: '/currency', detail: `Fines of this organisation are in ${currency}.` }])
      }
      if (!isMember) throw notFound('user')
      if (wish.booking_id !== null) {
        const booking = await bookings.forChange(wish.booking_id)
        if (booking === undefined) throw notFound('booking')
        if (booking.requesterUserId !== wish.user_id) {
          throw invalid([{ pointer: '/booking_id', detail: 'This booking is not one of this user.' }])
        }
      }
      const fine = new Fine(
        {
          id: newId(),
          orgId: call.orgId,
          userId: wish.user_id,
          bookingId: wish.booking_id,
          reason: wish.reason,
          amountCents: wish.amount_cents,
          currency,
        },
        now,
      )
      fines.add(fine)
      return fine
    })
  }
