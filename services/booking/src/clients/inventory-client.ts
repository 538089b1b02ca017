import { type GrpcClient, portions, together } from '@kitroom/grpc'

import type { Inventory, Supply } from '../use-cases/ports.ts'
import { findLendable } from './find-lendable.ts'

/** Inventory takes so many ids at once; a loan that grew by scans may have more. */
const IDS_AT_ONCE = 100

type Wanted = Parameters<Inventory['supplyOf']>[1]

/** The ids without repetitions, as many together as inventory takes. */
const distinct = (ids: readonly string[]) => portions([...new Set(ids)], IDS_AT_ONCE)

/** Asks the inventory service what can be lent; all questions at once, and those of many requests together. */
export function inventoryClient(inventory: GrpcClient<'Inventory'>): Inventory {
  const ask = together<Wanted, Supply>(async (orgId, asked) => {
    const units = distinct(asked.flatMap(({ unitIds }) => unitIds))
    const resources = distinct(asked.flatMap(({ resourceIds }) => resourceIds))
    const questions = Math.max(1, units.length, resources.length)
    const [found, lendable] = await Promise.all([
      Promise.all(units.map((unit_ids) => inventory.batchGetUnits({ org_id: orgId, unit_ids }))),
      Promise.all(
        Array.from({ length: questions }, (_, index) =>
          inventory.listLendableUnits({
            org_id: orgId,
            resource_ids: resources[index] ?? [],
            unit_ids: units[index] ?? [],
          }),
        ),
      ),
    ])
    return {
      units: new Map(
        found.flatMap((answer) => answer.units.map((unit) => [unit.id, { resourceId: unit.resource_id }])),
      ),
      resources: new Map(
        lendable
          .flatMap((answer) => answer.resources)
          .map(({ resource_id, name, type, lendable, unit_ids }) => [
            resource_id,
            { name, type, lendable, unitIds: unit_ids },
          ]),
      ),
    }
  })
  return {
    findLendable: findLendable(inventory),
    supplyOf: async (orgId, wanted) => partOf(await ask(orgId, wanted), wanted),
  }
}

/** What of an answer to several questions is about this one. */
function partOf({ units, resources }: Supply, { unitIds, resourceIds }: Wanted): Supply {
  const own = chosen(units, unitIds)
  const about = [...resourceIds, ...Array.from(own.values(), ({ resourceId }) => resourceId)]
  return { units: own, resources: chosen(resources, about) }
}

/** The entries of these keys, as far as there are any. */
function chosen<Value>(entries: ReadonlyMap<string, Value>, keys: readonly string[]): Map<string, Value> {
  const found = new Map<string, Value>()
  for (const key of keys) {
    const value = entries.get(key)
    if (value !== undefined) found.set(key, value)
  }
  return found
}
