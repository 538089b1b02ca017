import { type Query, sql } from '@kitroom/database'

import type { FreedQueue } from '../../use-cases/waitlist/ports.ts'

/** The queue that the triggers of the occupancy fill, and what else may have made something free. */
export const freedQueue = (query: Query, orgId: string): FreedQueue => ({
  async add(resourceIds, { startAt, endAt }) {
    await query(sql`
      insert into freed_resource (org_id, resource_id, during)
      select distinct ${orgId}::uuid, resource_id, tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz)
      from unnest(${[...resourceIds]}::uuid[]) as resource_id`)
  },
  async addWanted(resourceIds) {
    await query(sql`
      insert into freed_resource (org_id, resource_id)
      select distinct org_id, resource_id from waitlist_item
      where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[]) and waiting`)
  },
  async of(resourceId) {
    const queued = await query(sql<{ seq: number }>`
      select seq from freed_resource where org_id = ${orgId} and resource_id = ${resourceId}`)
    return queued.map(({ seq }) => seq)
  },
  async remove(seqs) {
    await query(sql`delete from freed_resource where org_id = ${orgId} and seq = any(${[...seqs]}::bigint[])`)
  },
})
