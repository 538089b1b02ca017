import { type Query, sql } from '../sql.ts'

/**
 * Notes in the consumer's own transaction that an event was dealt with.
 * @returns false when it had been before, so that working on it again would do it twice
 */
export async function firstReceipt(
  query: Query,
  consumer: string,
  orgId: string,
  eventId: string,
): Promise<boolean> {
  const noted = await query(sql`
    insert into inbox (org_id, consumer, event_id) values (${orgId}, ${consumer}, ${eventId})
    on conflict do nothing returning event_id`)
  return noted.length === 1
}
