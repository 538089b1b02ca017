import { type Call, type ExpectedVersion, requireVersion, type ReturnOfUnits } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { Ports } from '../ports.ts'

/** Takes the units of a loan back at the desk; what is left of its time is free for others. */
export const returnBooking =
  ({ inTransaction, newId }: Ports) =>
  (call: Call, id: string, back: ReturnOfUnits, expected: ExpectedVersion | undefined): Promise<Booking> =>
    inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      const seen = back.items.map(({ resource_unit_id, condition, note }) => ({
        unitId: resource_unit_id,
        condition,
        note,
      }))
      booking.takeBack({ by: call.userId, at: now }, back.returned_at ?? now, seen, newId)
      await occupancy.free(id)
      return booking
    })
