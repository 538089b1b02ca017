import type { GrpcClient } from '@kitroom/grpc'

import type { LendableSearch, TakenUnit } from '../use-cases/availability/ports.ts'

/** So many fit into a message; far more than most organisations ever have out or promised at a time. */
const MAX_TAKEN = 5_000

/** How many of the units inventory was not told of are of each resource. */
function untoldOf(taken: readonly TakenUnit[]): Map<string, number> {
  const untold = new Map<string, number>()
  for (const { resourceId } of taken.slice(MAX_TAKEN)) {
    untold.set(resourceId, (untold.get(resourceId) ?? 0) + 1)
  }
  return untold
}

/**
 * Asks inventory for a page of what can be lent, in one call. Taken units beyond what a message holds are taken off the
 * counts here, where it is not known which of them are withdrawn: then a count may be too low, and a page shorter than
 * its limit, but nothing is promised that is not there.
 */
export const findLendable =
  (inventory: Pick<GrpcClient<'Inventory'>, 'findLendableResources'>): LendableSearch['findLendable'] =>
  async (orgId, { from, to, type, tag, q, available_only, limit, page, cursor, sort }, taken) => {
    const found = await inventory.findLendableResources({
      org_id: orgId,
      type: type ?? '',
      tags: [...(tag ?? [])],
      q: q ?? '',
      taken_unit_ids: taken.slice(0, MAX_TAKEN).map(({ unitId }) => unitId),
      free_only: available_only,
      limit,
      page: page ?? 0,
      cursor: cursor ?? '',
      descending: sort[0]?.descending ?? false,
      cursor_scope: `${from.toISOString()}/${to.toISOString()}`,
    })
    const untold = untoldOf(taken)
    const resources = found.resources.map((resource) => ({
      ...resource,
      units_free: Math.max(0, resource.units_free - (untold.get(resource.resource_id) ?? 0)),
    }))
    return {
      data: available_only ? resources.filter(({ units_free }) => units_free > 0) : resources,
      total: cursor === undefined ? found.total : null,
      page: cursor === undefined ? (page ?? 1) : null,
      limit,
      has_next: found.has_next,
      next_cursor: found.next_cursor === '' ? null : found.next_cursor,
    }
  }
