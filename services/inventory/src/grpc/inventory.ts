import { Id } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'
import type { Implementation } from '@kitroom/grpc'
import { z } from 'zod'

import type { Lending } from '../use-cases/ports.ts'

const Ids = z.array(Id).max(100)
const BatchGetUnits = z.object({ org_id: Id, unit_ids: Ids })
const ListLendableUnits = z.object({ org_id: Id, resource_ids: Ids, unit_ids: Ids })

/** What the inventory service answers to other services. */
export const inventory = ({ units, resources }: Lending): Implementation<'Inventory'> => ({
  async batchGetUnits(request) {
    const { org_id, unit_ids } = read(BatchGetUnits, request)
    return { units: await units(org_id, unit_ids) }
  },
  async listLendableUnits(request) {
    const { org_id, resource_ids, unit_ids } = read(ListLendableUnits, request)
    return { resources: await resources(org_id, { resourceIds: resource_ids, unitIds: unit_ids }) }
  },
})

function read<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map(({ path, message }) => ({ parameter: path.join('.'), detail: message })),
  )
}
