import { type Call, type ExpectedVersion, type HandOut, requireVersion } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { BookingItem } from '../../domain/booking-item.ts'
import { handOut } from '../../domain/desk/hand-over.ts'
import type { Ports, Work } from '../ports.ts'
import { conflictFacts } from '../take-units.ts'
import { seenUnits } from './seen-units.ts'

/** Hands units of an approved booking out at the desk: all that did not go out yet, or those that are named. */
export const checkOutBooking =
  ({ inTransaction, directory, newId }: Ports) =>
  async (call: Call, id: string, out: HandOut, expected: ExpectedVersion | undefined): Promise<Booking> => {
    const { earlyPickupMinutes } = await directory.policyOf(call.orgId)
    return inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      const going = handOut(
        booking,
        { by: call.userId, at: now },
        { at: out.picked_up_at ?? now, seen: seenUnits(out.items), partial: out.partial },
        earlyPickupMinutes,
        newId,
      )
      await requireHere(occupancy, booking, going)
      occupancy.collect(going.map((item) => item.id))
      return booking
    })
  }

/**
 * A loan that is overdue, or was handed out early, has its unit at times that are not its own.
 * @throws Failure unit-unavailable when somebody else has one of the units
 */
async function requireHere(
  occupancy: Work['occupancy'],
  booking: Booking,
  items: readonly BookingItem[],
): Promise<void> {
  const units = items.flatMap(({ resourceUnitId }) => (resourceUnitId === null ? [] : [resourceUnitId]))
  const elsewhere = await occupancy.withOthers(booking.id, units)
  if (elsewhere.length === 0) return
  throw new Failure(
    'unit-unavailable',
    'Somebody else still has a unit of this booking. Swap it for another.',
    {
      facts: { conflicts: conflictFacts(elsewhere) },
    },
  )
}
