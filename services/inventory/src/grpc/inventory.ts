import { Id } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'
import type { Implementation } from '@kitroom/grpc'
import { z } from 'zod'

import type { Lending } from '../use-cases/ports.ts'

const Ids = z.array(Id).max(100)
const ListResources = z.object({ org_id: Id, after_id: Id.or(z.literal('')), resource_ids: Ids })
const BatchGetUnits = z.object({ org_id: Id, unit_ids: Ids })
const ListLendableUnits = z.object({ org_id: Id, resource_ids: Ids, unit_ids: Ids })

/** More than this does not fit into a message; whoever knows of more takes them off the counts. */
const MAX_TAKEN = 5_000

const FindLendableResources = z.object({
  org_id: Id,
  type: z.string(),
  tags: z.array(z.string()).max(20),
  q: z.string().max(400),
  taken_unit_ids: z.array(Id).max(MAX_TAKEN),
  free_only: z.boolean(),
  limit: z.int().min(1).max(100),
  page: z.int(),
  cursor: z.string(),
  descending: z.boolean(),
  cursor_scope: z.string(),
})

/** What the inventory service answers to other services. */
export const inventory = ({ units, resources, find, list }: Lending): Implementation<'Inventory'> => ({
  async batchGetUnits(request) {
    const { org_id, unit_ids } = read(BatchGetUnits, request)
    return { units: await units(org_id, unit_ids) }
  },
  async listLendableUnits(request) {
    const { org_id, resource_ids, unit_ids } = read(ListLendableUnits, request)
    return { resources: await resources(org_id, { resourceIds: resource_ids, unitIds: unit_ids }) }
  },
  async listResources(request) {
    const { org_id, after_id, resource_ids } = read(ListResources, request)
    const wanted = { after: given(after_id), ids: resource_ids.length === 0 ? undefined : resource_ids }
    const { resources: listed, hasNext } = await list(org_id, wanted)
    return { resources: listed, has_next: hasNext }
  },
  async findLendableResources(request) {
    const wanted = read(FindLendableResources, request)
    const { data, total, has_next, next_cursor } = await find(wanted.org_id, {
      type: given(wanted.type),
      tag: wanted.tags,
      q: given(wanted.q),
      takenUnitIds: wanted.taken_unit_ids,
      freeOnly: wanted.free_only,
      limit: wanted.limit,
      page: wanted.page === 0 ? undefined : wanted.page,
      cursor: given(wanted.cursor),
      sort: [{ field: 'name', descending: wanted.descending }],
      cursorScope: wanted.cursor_scope,
    })
    return { resources: data, total: total ?? 0, has_next, next_cursor: next_cursor ?? '' }
  },
})

/** proto3 has no absent texts, only empty ones. */
const given = (text: string): string | undefined => (text === '' ? undefined : text)

function read<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map(({ path, message }) => ({ parameter: path.join('.'), detail: message })),
  )
}
