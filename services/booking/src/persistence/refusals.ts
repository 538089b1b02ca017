import type { Origin } from '@kitroom/contracts'
import { type Database, deleteInBatches, sql } from '@kitroom/database'
import { v7 as uuidv7 } from 'uuid'

import type { RefusedDemand } from '../use-cases/demand/ports.ts'

/** Keeps refusals, apart from the transaction that failed for them. */
export type KeepRefusals = (origin: Origin, refused: readonly RefusedDemand[]) => Promise<void>

interface Log {
  warn: (fields: object, message: string) => void
}

/** Writes refusals down in a transaction of their own. One that cannot be written is lost, and logged. */
export const refusals =
  (database: Pick<Database, 'transaction'>, logger: Log): KeepRefusals =>
  async ({ orgId, userId, requestId }, refused) => {
    try {
      await database.transaction({ orgId, userId, requestId }, ({ query }) =>
        query(sql`
          insert into refused_demand (org_id, id, resource_id, user_id, start_at, end_at, units)
          select ${orgId}::uuid, * from unnest(
            ${refused.map(() => uuidv7())}::uuid[], ${refused.map(({ resourceId }) => resourceId)}::uuid[],
            ${refused.map(({ userId }) => userId)}::uuid[],
            ${refused.map(({ period }) => period.startAt.toISOString())}::timestamptz[],
            ${refused.map(({ period }) => period.endAt.toISOString())}::timestamptz[],
            ${refused.map(({ units }) => units)}::int[])`),
      )
    } catch (error) {
      logger.warn({ err: error, request_id: requestId }, 'a refusal was not noted')
    }
  }

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
