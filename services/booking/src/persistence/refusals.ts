import { type Database, deleteInBatches, newId, type Sql, sql } from '@kitroom/database'
import type { Failure } from '@kitroom/errors'

import type { RefusedDemand } from '../use-cases/demand/ports.ts'

/** Whether a refusal counts as demand: that units were not free, and nothing about who asked. */
export const isForWantOfUnits = ({ code }: Failure): boolean => code === 'unit-unavailable'

/** Writes down of what somebody did not get enough. */
export const refusalRows = (orgId: string, refused: readonly RefusedDemand[]): Sql => sql`
  insert into refused_demand (org_id, id, resource_id, user_id, start_at, end_at, units)
  select ${orgId}::uuid, id, resource_id, user_id, start_at, end_at, units from unnest(
    ${refused.map(() => newId())}::uuid[], ${refused.map(({ resourceId }) => resourceId)}::uuid[],
    ${refused.map(({ userId }) => userId)}::uuid[],
    ${refused.map(({ period }) => period.startAt.toISOString())}::timestamptz[],
    ${refused.map(({ period }) => period.endAt.toISOString())}::timestamptz[],
    ${refused.map(({ units }) => units)}::int[]
  ) as refused (id, resource_id, user_id, start_at, end_at, units)`

/** Deletes refusals that no report can be about any more: those before the longest one that ends a year ago. */
export const sweepRefusals = (database: Database, jobRole: string): Promise<void> =>
  deleteInBatches(
    database,
    jobRole,
    sql`delete from refused_demand where (org_id, id) in (
          select org_id, id from refused_demand
          where at < clock_timestamp() - interval '2 years' order by at limit 1000)
        returning 1`,
  )
