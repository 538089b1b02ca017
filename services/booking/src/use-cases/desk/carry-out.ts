import type { Booking } from '../../domain/booking.ts'
import type { Exchange } from '../../domain/desk/exchange.ts'
import { partOf } from '../part-of.ts'
import type { Supply, Work } from '../ports.ts'
import { takeUnits } from '../take-units.ts'

/**
 * Gives up and takes the units of a scan or swap; in the course of a loan what is taken goes out at once. The rest of
 * the booking is not touched, so this costs the same whatever its size.
 * @throws Failure unit-unavailable, resource-withdrawn
 */
export async function carryOut(
  tools: Work,
  booking: Booking,
  { freed, taken }: Exchange,
  supply: Supply,
): Promise<void> {
  const { now, occupancy } = tools
  if (freed.length > 0) occupancy.freeItems(freed.map(({ id }) => id))
  const claim = booking.collected
    ? partOf(booking, [taken], {
        // Whoever had it until now does not matter.
        keeps: { startAt: now, endAt: booking.keeps.endAt },
        settled: () => {
          taken.handedOutAt = now
        },
      })
    : partOf(booking, [taken])
  await takeUnits(tools, claim, supply)
}
