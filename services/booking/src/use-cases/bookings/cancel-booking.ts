import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'

import type { Booking } from '../../domain/booking.ts'
import { requesterOf, requireOwnOrStaff, requireStillOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'

/** Calls a booking off before it is handed out and frees its units. */
export const cancelBooking =
  ({ inTransaction, ownerOf, newId }: Ports) =>
  async (
    call: Call,
    id: string,
    reason: string | null,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    await requireStillOwnOrStaff(ownerOf, call, 'booking', id)
    return inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = requireOwnOrStaff(call, 'booking', await bookings.forChange(id), requesterOf)
      requireVersion(expected, booking.version)
      booking.cancel({ by: call.userId, at: now, reason }, newId)
      occupancy.free(id)
      return booking
    })
  }
