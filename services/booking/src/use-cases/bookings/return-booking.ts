import { type Call, type ExpectedVersion, requireVersion, type ReturnOfUnits } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { Fine } from '../../domain/fine.ts'
import { lateFine } from '../../domain/fine-policy.ts'
import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'
import type { Ports } from '../ports.ts'

/**
 * Takes the units of a loan back at the desk; what is left of its time is free for others, and if it came back late,
 * its borrower is fined by the organisation's policy.
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
      const seen = back.items.map(({ resource_unit_id, condition, note }) => ({
        unitId: resource_unit_id,
        condition,
        note,
      }))
      const returnedAt = back.returned_at ?? now
      booking.takeBack({ by: call.userId, at: now }, returnedAt, seen, newId)
      await occupancy.free(id)
      const fine = fineFor(booking, returnedAt, policy, newId(), now)
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
