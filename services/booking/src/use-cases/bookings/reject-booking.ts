import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { Ports } from '../ports.ts'

/** Says no to a request and frees its units. */
export const rejectBooking =
  ({ inTransaction, newId }: Ports) =>
  (call: Call, id: string, reason: string | null, expected: ExpectedVersion | undefined): Promise<Booking> =>
    inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      booking.reject({ by: call.userId, at: now, reason }, newId)
      occupancy.free(id)
      return booking
    })
