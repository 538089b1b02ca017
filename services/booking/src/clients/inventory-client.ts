import type { GrpcClient } from '@kitroom/grpc'

import type { Inventory } from '../use-cases/ports.ts'
import { findLendable } from './find-lendable.ts'

/** Inventory takes so many ids at once; a loan that grew by scans may have more. */
const IDS_AT_ONCE = 100

/** The ids without repetitions, in portions that inventory takes. */
function portions(ids: readonly string[]): string[][] {
  const distinct = [...new Set(ids)]
  return Array.from({ length: Math.ceil(distinct.length / IDS_AT_ONCE) }, (_, index) =>
    distinct.slice(index * IDS_AT_ONCE, (index + 1) * IDS_AT_ONCE),
  )
}

/** Asks the inventory service what can be lent; all questions at once. */
export function inventoryClient(inventory: GrpcClient<'Inventory'>): Inventory {
  return {
    findLendable: findLendable(inventory),
    async supplyOf(orgId, { unitIds, resourceIds }) {
      const [units, resources] = [portions(unitIds), portions(resourceIds)]
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
    },
  }
}
