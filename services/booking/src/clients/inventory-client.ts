import type { GrpcClient } from '@kitroom/grpc'

import type { Inventory } from '../use-cases/ports.ts'
import { findLendable } from './find-lendable.ts'

/** Asks the inventory service what can be lent; both questions at once. */
export function inventoryClient(inventory: GrpcClient<'Inventory'>): Inventory {
  return {
    findLendable: findLendable(inventory),
    async supplyOf(orgId, { unitIds, resourceIds }) {
      const [found, lendable] = await Promise.all([
        unitIds.length === 0 ? undefined : inventory.batchGetUnits({ org_id: orgId, unit_ids: [...unitIds] }),
        inventory.listLendableUnits({
          org_id: orgId,
          resource_ids: [...new Set(resourceIds)],
          unit_ids: [...unitIds],
        }),
      ])
      return {
        units: new Map(found?.units.map((unit) => [unit.id, { resourceId: unit.resource_id }])),
        resources: new Map(
          lendable.resources.map(({ resource_id, name, type, lendable, unit_ids }) => [
            resource_id,
            { name, type, lendable, unitIds: unit_ids },
          ]),
        ),
      }
    },
  }
}
