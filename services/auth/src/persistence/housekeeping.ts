import { type Database, deleteInBatches, type Query, type Sql, sql, sweepMessaging } from '@kitroom/database'

import { keyRing, type KeyTimes } from '../domain/sessions/key-ring.ts'

/** As many rows as deleteInBatches deletes at once. */
const BATCH = 1_000

async function deleteDeadKeys(query: Query): Promise<void> {
  const rows = await query(sql<KeyTimes & { now: Date }>`
    select kid, active_from as "activeFrom", clock_timestamp() as now from signing_key`)
  const [first] = rows
  if (first === undefined) return
  const { dead } = keyRing(rows, first.now)
  await query(sql`delete from signing_key where kid = any(${dead.map(({ kid }) => kid)}::text[])`)
}

/** Removes what no longer means anything. Several replicas may do it at once. */
export async function keepHouse(
  database: Database,
  job: string,
  failureWindowSeconds: number,
): Promise<void> {
  for (const sweep of sweeps(failureWindowSeconds)) await deleteInBatches(database, job, sweep)
  await database.asRole(job, deleteDeadKeys)
  await sweepMessaging(database, job)
}

const sweeps = (failureWindowSeconds: number): Sql[] => [
  sql`delete from login_failure where id in (
        select id from login_failure where at < clock_timestamp() - make_interval(secs => ${failureWindowSeconds})
        order by at limit ${BATCH})
      returning 1`,
  sql`delete from refresh_token where digest in (
        select digest from refresh_token where expires_at < clock_timestamp() - interval '1 day'
        order by expires_at limit ${BATCH})
      returning 1`,
  sql`delete from session where (org_id, id) in (
        select org_id, id from session
        where expires_at < clock_timestamp() - interval '1 day' or ended_at < clock_timestamp() - interval '30 days'
        limit ${BATCH})
      returning 1`,
]
