import type { AvailabilityQuery, Call } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { type FreeCount, freeCounts } from '../../domain/allocation/unit-calendar.ts'
import type { Period } from '../../domain/period.ts'
import type { BookingReads, Ports } from '../ports.ts'

export interface ShownAvailability {
  resourceId: string
  window: Period
  units: { unitId: string; busy: Period[] }[]
  free: FreeCount[]
}

/** When each unit of a resource is taken and how many are free. It never says by whom they are taken. */
export const showAvailability =
  ({ inventory, busy }: Pick<Ports, 'inventory'> & Pick<BookingReads, 'busy'>) =>
  async (call: Call, resourceId: string, { from, to }: AvailabilityQuery): Promise<ShownAvailability> => {
    const supply = await inventory.supplyOf(call.orgId, { unitIds: [], resourceIds: [resourceId] })
    const resource = supply.resources.get(resourceId)
    if (resource === undefined) throw notFound('resource')
    const unitIds = resource.lendable ? resource.unitIds : []
    const window = { startAt: from, endAt: to }
    const placements = await busy(call.orgId, unitIds, window)
    const byUnit = Map.groupBy(placements, ({ unitId }) => unitId)
    return {
      resourceId,
      window,
      units: unitIds.map((unitId) => ({
        unitId,
        busy: (byUnit.get(unitId) ?? []).map(({ period }) => period),
      })),
      free: freeCounts(unitIds, placements, window),
    }
  }
