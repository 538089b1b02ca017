import type { Call } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { WishedUnit } from '../../domain/booking-item.ts'
import type { Period } from '../../domain/period.ts'
import type { Ports } from '../ports.ts'
import type { RefusedDemand } from './ports.ts'

/** What somebody asked for, by unit. */
export interface Demand {
  userId: string
  period: Period
  wishes: readonly Pick<WishedUnit, 'resourceId'>[]
}

/** What a booking asks for as it now stands. */
export const demandOf = ({ requesterUserId, period, items }: Booking): Demand => ({
  userId: requesterUserId,
  period,
  wishes: [...items],
})

/** The resources that were full, as the refusal says; a unit that was taken at the same moment says nothing. */
function fullResources({ facts }: Failure): readonly string[] | undefined {
  const named: unknown = facts?.['resource_ids']
  return Array.isArray(named) ? named.filter((id) => typeof id === 'string') : undefined
}

/**
 * Does some work that takes units, and when it is refused because they are not free, notes for the report on demand what
 * was asked for. That happens after the refusal and apart from it, since it rolls back; whatever becomes of the note, the
 * caller hears the refusal. A repeated request hears the answer of the first and is not counted again.
 * @param asked tells what was asked for, as far as the work came to know it
 */
export async function notingRefusal<Result>(
  { noteRefusal, newId }: Pick<Ports, 'noteRefusal' | 'newId'>,
  { orgId, requestId }: Call,
  asked: () => Demand | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const demand = asked()
    if (error instanceof Failure && error.code === 'unit-unavailable' && demand !== undefined) {
      await noteRefusal({ orgId, userId: null, requestId }, refusedOf(demand, fullResources(error), newId))
    }
    throw error
  }
}

function refusedOf(
  { userId, period, wishes }: Demand,
  full: readonly string[] | undefined,
  newId: () => string,
): RefusedDemand[] {
  return [...Map.groupBy(wishes, ({ resourceId }) => resourceId)]
    .filter(([resourceId]) => full === undefined || full.includes(resourceId))
    .map(([resourceId, units]) => ({ id: newId(), resourceId, userId, period, units: units.length }))
}
