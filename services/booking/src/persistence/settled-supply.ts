import { type Database, type Query, sql } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

import type { Ports, SettledSupply } from '../use-cases/ports.ts'

/** Far longer than any request acts on an answer of inventory: whoever waits hears after five seconds. */
const ACTED_ON_SECONDS = 30

/** What was settled of inventory's changes, as one transaction sees it. */
export const settledSupply = (query: Query, orgId: string): SettledSupply => ({
  async of(resourceIds) {
    const rows = await query(sql<{ resource_id: string; unit_ids: string[] }>`
      select resource_id, unit_ids::text[] from settled_supply
      where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[])
        and settled_at > clock_timestamp() - make_interval(secs => ${ACTED_ON_SECONDS})`)
    return new Map(rows.map((row) => [row.resource_id, row.unit_ids]))
  },

  async note(resourceId, unitIds, round) {
    const noted = await query(sql`
      insert into settled_supply as known (org_id, resource_id, unit_ids, settled_at)
      select ${orgId}::uuid, ${resourceId}::uuid, ${[...unitIds]}::uuid[], clock_timestamp()
      on conflict (org_id, resource_id) do update
        set unit_ids = excluded.unit_ids, settled_at = excluded.settled_at, round = known.round + 1
        where known.round = ${round}
      returning round`)
    if (noted.length === 0) {
      throw new Failure('dependency-unavailable', 'Another change was settled in between; look again.')
    }
  },

  async add(resourceId, unitId) {
    await query(sql`
      update settled_supply set unit_ids = unit_ids || ${unitId}::uuid, round = round + 1
      where org_id = ${orgId} and resource_id = ${resourceId}`)
  },
})

/** How often changes of a resource were settled, outside any transaction; 0 when none was. */
export const settledRound =
  (database: Pick<Database, 'read'>): Ports['settledRound'] =>
  (orgId, resourceId) =>
    database.read(orgId, async (query) => {
      const [row] = await query(sql<{ round: number }>`
        select round from settled_supply where org_id = ${orgId} and resource_id = ${resourceId}`)
      return row?.round ?? 0
    })
