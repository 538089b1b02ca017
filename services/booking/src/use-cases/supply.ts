import type { WishedItem } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Booking } from '../domain/booking.ts'
import type { WishedUnit } from '../domain/booking-item.ts'
import type { Answers, Ports, Supply, Work } from './ports.ts'

/**
 * Asks inventory about everything that is wished for, and auth for the policy by which that is judged.
 * @param present what the booking or entry asks for so far
 */
export async function answersFor(
  { inventory, directory }: Pick<Ports, 'inventory' | 'directory'>,
  orgId: string,
  items: readonly WishedItem[],
  present: readonly WishedUnit[] = [],
): Promise<Answers> {
  const unitIds = items.flatMap((item) => ('resource_unit_id' in item ? [item.resource_unit_id] : []))
  const resourceIds = [
    ...items.flatMap((item) => ('resource_id' in item ? [item.resource_id] : [])),
    ...present.map(({ resourceId }) => resourceId),
  ]
  const [supply, policy] = await Promise.all([
    inventory.supplyOf(orgId, { unitIds, resourceIds }),
    directory.policyOf(orgId),
  ])
  return { supply, policy }
}

/** Spells wishes out as one per unit. @throws Failure not-found for ids the organisation does not have */
export function wishedUnits(items: readonly WishedItem[], supply: Supply): WishedUnit[] {
  return items.flatMap((item): WishedUnit[] => {
    if ('resource_unit_id' in item) {
      const unit = supply.units.get(item.resource_unit_id)
      if (unit === undefined) throw notFound('unit')
      return [{ resourceId: unit.resourceId, unitId: item.resource_unit_id }]
    }
    if (!supply.resources.has(item.resource_id)) throw notFound('resource')
    return Array.from({ length: item.quantity }, () => ({ resourceId: item.resource_id }))
  })
}

/**
 * Takes the locks of the resources, then the booking's row: in this order everywhere, so that nothing deadlocks.
 * @throws Failure version-mismatch when the booking asks for other resources by now
 */
export async function lockedBooking(
  { bookings, occupancy }: Work,
  id: string,
  resourceIds: readonly string[],
): Promise<Booking | undefined> {
  occupancy.lock(resourceIds)
  const booking = await bookings.forChange(id)
  if (booking?.items.some(({ resourceId }) => !resourceIds.includes(resourceId)) === true) {
    throw new Failure('version-mismatch', 'The booking was changed at the same moment. Read it again.')
  }
  return booking
}
