import type { Ports } from '../ports.ts'

/** An event of inventory that tells of a new resource or unit. */
export interface Addition {
  orgId: string
  resourceId: string
  /** The new unit; absent when it is the resource that is new. */
  unitId: string | undefined
  requestId: string
}

/** Has the arbiter look at a resource of which inventory says that more can be lent, if anybody waits for it. */
export const noteLendable =
  ({ inTransaction }: Pick<Ports, 'inTransaction'>) =>
  ({ orgId, resourceId, unitId, requestId }: Addition): Promise<void> =>
    inTransaction({ orgId, userId: null, requestId }, async ({ occupancy, settled, freed }) => {
      if (unitId !== undefined) {
        occupancy.lock([resourceId])
        await settled.add(resourceId, unitId)
      }
      await freed.addWanted([resourceId])
    })
