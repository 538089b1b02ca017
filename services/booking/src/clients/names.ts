import type { GrpcClient } from '@kitroom/grpc'

import type { NamedResource, Names } from '../use-cases/reports/ports.ts'

/** So many ids fit into one question. */
const MAX_IDS = 100

/** Asks about ids, each once and as many at a time as one question takes. */
async function inParts<Found>(
  ids: readonly string[],
  ask: (part: string[]) => Promise<Found[]>,
): Promise<Found[]> {
  const all = [...new Set(ids)]
  const found: Found[] = []
  for (let at = 0; at < all.length; at += MAX_IDS) found.push(...(await ask(all.slice(at, at + MAX_IDS))))
  return found
}

/** Asks inventory and auth what the ids in a report are called. */
export const namesFrom = (
  inventory: Pick<GrpcClient<'Inventory'>, 'listResources' | 'batchGetUnits'>,
  directory: Pick<GrpcClient<'Directory'>, 'batchGetUsers'>,
): Names => ({
  async resources(orgId, ids) {
    const listed = async (resource_ids: string[]) => {
      const found: NamedResource[] = []
      for (;;) {
        const after_id = found.at(-1)?.id ?? ''
        const answer = await inventory.listResources({ org_id: orgId, after_id, resource_ids })
        found.push(...answer.resources.map(({ resource_id: id, ...resource }) => ({ id, ...resource })))
        if (!answer.has_next || answer.resources.length === 0) return found
      }
    }
    if (ids === undefined) return listed([])
    // An inventory that was not yet upgraded lists all of them.
    const wanted = async (part: string[]) => (await listed(part)).filter(({ id }) => part.includes(id))
    return inParts(ids, wanted)
  },
  async units(orgId, ids) {
    const found = await inParts(
      ids,
      async (unit_ids) => (await inventory.batchGetUnits({ org_id: orgId, unit_ids })).units,
    )
    return new Map(
      found.map(({ id, barcode, resource_name }) => [id, { barcode, resourceName: resource_name }]),
    )
  },
  async people(orgId, ids) {
    const found = await inParts(
      ids,
      async (user_ids) => (await directory.batchGetUsers({ org_id: orgId, user_ids })).users,
    )
    return new Map(found.map(({ id, full_name, email }) => [id, { name: full_name, email }]))
  },
})
