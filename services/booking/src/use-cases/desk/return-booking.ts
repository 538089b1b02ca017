import { type Call, type ExpectedVersion, requireVersion, type ReturnOfUnits } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { takeBack } from '../../domain/desk/hand-over.ts'
import { Fine } from '../../domain/fine.ts'
import { lateFine } from '../../domain/fine-policy.ts'
import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'
import type { Ports } from '../ports.ts'
import { seenUnits } from './seen-units.ts'

/**
 * Takes units of a loan back at the desk; what is left of their time is free for others. With the last of them the loan
 * is over, and if that came back late, its borrower is fined by the organisation's policy.
 */
export const returnBooking =
  ({ inTransaction, directory, newId }: Ports) =>
  async (
    call: Call,
    id: string,
    back: ReturnOfUnits,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    const policy = await directory.policyOf(call.orgId)
    return inTransaction(call, async ({ bookings, occupancy, fines, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      const coming = takeBack(
        booking,
        { by: call.userId, at: now },
        { at: back.returned_at ?? now, seen: seenUnits(back.items), partial: back.partial },
        newId,
      )
      if (booking.returnedAt === null) {
        occupancy.freeItems(coming.map((item) => item.id))
        return booking
      }
      occupancy.free(id)
      const fine = fineFor(booking, booking.returnedAt, policy, newId(), now)
      if (fine !== undefined) fines.add(fine)
      return booking
    })
  }

function fineFor(booking: Booking, returnedAt: Date, policy: LendingPolicy, id: string, now: Date) {
  const amountCents = lateFine(policy.fine, booking.endAt, returnedAt)
  if (amountCents === 0) return undefined
  return new Fine(
    {
      id,
      orgId: booking.orgId,
      userId: booking.requesterUserId,
      bookingId: booking.id,
      reason: `Returned late: due ${booking.endAt.toISOString()}, back ${returnedAt.toISOString()}.`,
      amountCents,
      currency: policy.currency,
    },
    now,
  )
}
