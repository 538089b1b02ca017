import { type Call, type ExpectedVersion, type HandOut, requireVersion } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { BookingItem } from '../../domain/booking-item.ts'
import { borrowedTime, handOut } from '../../domain/desk/hand-over.ts'
import type { Period } from '../../domain/period.ts'
import type { Ports, Work } from '../ports.ts'
import { conflictFacts } from '../refuse-units.ts'
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
      const at = out.picked_up_at ?? now
      const going = handOut(
        booking,
        { by: call.userId, at: now },
        { at, seen: seenUnits(out.items), partial: out.partial },
        earlyPickupMinutes,
        newId,
      )
      await requireNobodyElse(occupancy, booking, going, {
        at,
        period: borrowedTime(booking, at, now),
      })
      occupancy.collect(
        going.map((item) => item.id),
        at,
      )
      return booking
    })
  }

/**
 * A booking has its units to itself in its own time only. Another that is overdue still has them then, and who comes early
 * takes them from whoever is to have them before.
 * @throws Failure unit-unavailable
 */
async function requireNobodyElse(
  occupancy: Work['occupancy'],
  booking: Booking,
  items: readonly BookingItem[],
  when: { at: Date; period: Period | null },
): Promise<void> {
  const units = items.flatMap(({ resourceUnitId }) => (resourceUnitId === null ? [] : [resourceUnitId]))
  const others = await occupancy.ofOthers(booking.id, units, when)
  if (others.length === 0) return
  throw new Failure(
    'unit-unavailable',
    'A unit of this booking is with somebody else at that time, or promised to somebody. Swap it for another.',
    { facts: { conflicts: conflictFacts(others) } },
  )
}
