import type { Call } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { WishedUnit } from '../../domain/booking-item.ts'
import type { Period } from '../../domain/period.ts'
import type { Ports, Work } from '../ports.ts'
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
 * A transaction that takes units: when it is refused because they are not free, what was asked for is noted for the
 * report on demand. That happens after the refusal and apart from it, since it rolls back; whatever becomes of the note,
 * the caller hears the refusal. A repeated request hears the answer of the first and is not counted again. The work says
 * what it asks for as soon as it knows.
 */
export const notingRefusals =
  ({ inTransaction, noteRefusal, newId }: Pick<Ports, 'inTransaction' | 'noteRefusal' | 'newId'>) =>
  async <Result>(
    call: Call,
    work: (tools: Work, asks: (demand: Demand) => void) => Promise<Result>,
  ): Promise<Result> => {
    let demand: Demand | undefined
    try {
      return await inTransaction(call, (tools) => work(tools, (asked) => (demand = asked)))
    } catch (error) {
      if (error instanceof Failure && error.code === 'unit-unavailable' && demand !== undefined) {
        const { orgId, requestId } = call
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
