import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { Ports } from '../ports.ts'

/** Says yes to a request. It has held its units since it was made. */
export const approveBooking =
  ({ inTransaction, newId }: Ports) =>
  (call: Call, id: string, reason: string | null, expected: ExpectedVersion | undefined): Promise<Booking> =>
    inTransaction(call, async ({ bookings, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      booking.approve({ by: call.userId, at: now, reason }, newId)
      return booking
    })
