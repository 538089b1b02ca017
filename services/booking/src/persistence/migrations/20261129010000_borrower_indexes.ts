import type { SqlMigration } from '@kitroom/database'

/** What a borrower is judged by is looked up at every booking, and must not take longer for who has borrowed much. */
export const borrowerIndexes: SqlMigration = {
  name: '20261129010000_borrower_indexes',
  up: () => [
    'drop index concurrently if exists booking_active_of_borrower',
    `create index concurrently booking_active_of_borrower on booking (org_id, requester_user_id)
       where status in ('PENDING', 'APPROVED', 'CHECKED_OUT')`,
    'drop index concurrently if exists booking_late_of_borrower',
    `create index concurrently booking_late_of_borrower on booking (org_id, requester_user_id, returned_at)
       where returned_at > end_at`,
  ],
}
