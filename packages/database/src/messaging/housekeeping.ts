import type { Database } from '../database.ts'
import { type Sql, sql } from '../sql.ts'

const BATCH = 1_000

/** What each kind of row is kept for: answers a day (IDM-9), confirmed events a week (EVT-5), receipts a month. */
const SWEEPS: readonly Sql[] = [
  sql`delete from idempotency_key where (org_id, user_id, method, path, key) in (
        select org_id, user_id, method, path, key from idempotency_key
        where created_at < clock_timestamp() - interval '24 hours' order by created_at limit ${BATCH})
      returning 1`,
  sql`delete from outbox where seq in (
        select seq from outbox
        where confirmed_at < clock_timestamp() - interval '7 days' order by confirmed_at limit ${BATCH})
      returning 1`,
  sql`delete from inbox where (org_id, consumer, event_id) in (
        select org_id, consumer, event_id from inbox
        where received_at < clock_timestamp() - interval '30 days' limit ${BATCH})
      returning 1`,
]

/**
 * Deletes idempotency keys, confirmed events and receipts that have had their time, in batches of a transaction each,
 * so that nobody waits long for a sweep. Several replicas may sweep at once.
 * @param job the service's job role
 */
export async function sweepMessaging(database: Database, job: string): Promise<void> {
  for (const sweep of SWEEPS) await deleteInBatches(database, job, sweep)
}

/** Runs a statement that deletes, and returns, at most 1,000 rows until it finds fewer. */
export async function deleteInBatches(database: Database, job: string, batch: Sql): Promise<void> {
  let deleted: number
  do {
    deleted = await database.asRole(job, async (query) => (await query(batch)).length)
  } while (deleted >= BATCH)
}
