import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { BookingItem } from '../../domain/booking-item.ts'
import { partOf } from '../part-of.ts'
import type { Ports, Supply, Work } from '../ports.ts'
import { lockedBooking } from '../supply.ts'
import { takeUnits } from '../take-units.ts'
import type { WaitingBooking } from './ports.ts'

/** Finds other units for items of a booking, or leaves them where they are. */
async function rehoused(
  tools: Work,
  booking: Booking,
  items: readonly BookingItem[],
  supply: Supply,
): Promise<boolean> {
  // As little of the booking as is in danger: what is well placed stays where it is.
  const part = partOf(booking, items)
  tools.occupancy.freeItems(items.map(({ id }) => id))
  try {
    await takeUnits(tools, part, supply)
    return true
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'conflict') throw error
    await tools.occupancy.take(part)
    return false
  }
}

function isWithdrawn({ resourceId, resourceUnitId }: BookingItem, { resources }: Supply): boolean {
  const resource = resources.get(resourceId)
  return resource?.lendable !== true || !resource.unitIds.includes(resourceUnitId ?? '')
}

/**
 * Looks after a booking whose units may not be there when it starts: what waits for an overdue loan, or for what was
 * withdrawn, is moved to like units. If that cannot be, the booking is at risk; if there is nothing to fear, it is not.
 * @throws Failure dependency-unavailable, version-mismatch: the next turn tries again
 */
export async function lookAfter(
  { inTransaction, inventory, newId }: Ports,
  orgId: string,
  { id, resourceIds }: Pick<WaitingBooking, 'id' | 'resourceIds'>,
): Promise<void> {
  const supply = await inventory.supplyOf(orgId, { unitIds: [], resourceIds })
  await inTransaction({ orgId, userId: null, requestId: newId() }, async (tools) => {
    const booking = await lockedBooking(tools, id, resourceIds)
    if (!booking?.occupies) return
    const behindLoans = await tools.late.behindLoans(id)
    const inDanger = booking.claimed.filter(
      (item) => !item.out && (behindLoans.has(item.id) || isWithdrawn(item, supply)),
    )
    if (inDanger.length === 0 || (await rehoused(tools, booking, inDanger, supply))) {
      booking.reassure(tools.now)
      return
    }
    booking.doubt(
      inDanger.some((item) => behindLoans.has(item.id)) ? 'unit-overdue' : 'resource-withdrawn',
      tools.now,
    )
  })
}
