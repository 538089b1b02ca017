import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { Ports } from '../ports.ts'

/** Hands the units of an approved booking out at the desk. */
export const checkOutBooking =
  ({ inTransaction, directory, newId }: Ports) =>
  async (
    call: Call,
    id: string,
    pickedUpAt: Date | undefined,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    const { earlyPickupMinutes } = await directory.policyOf(call.orgId)
    return inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      booking.checkOut({ by: call.userId, at: now }, pickedUpAt ?? now, earlyPickupMinutes, newId)
      await occupancy.collect(booking.items.map((item) => item.id))
      return booking
    })
  }
