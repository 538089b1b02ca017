import type { SqlMigration } from '@kitroom/database'

/** Statements that put a wider index in the place of another, which serves until then. */
const replaced = (name: string, as: string): string[] => [
  `drop index concurrently if exists ${name}_wider`,
  `create index concurrently ${name}_wider on ${as}`,
  `drop index concurrently if exists ${name}`,
]

/**
 * What lists look for within a time. The operators of ranges are not leakproof, so row level security keeps the planner
 * from asking a GiST index for them; it does not keep it from comparing the ends.
 */
export const listIndexes: SqlMigration = {
  name: '20261130000000_list_indexes',
  up: () => [
    'drop index concurrently if exists booking_by_end',
    'create index concurrently booking_by_end on booking (org_id, end_at, start_at, id)',
    'drop index concurrently if exists booking_item_away',
    `create index concurrently booking_item_away on booking_item (org_id, (coalesce(returned_at, 'infinity')), handed_out_at)
       where handed_out_at is not null`,
    'drop index concurrently if exists booking_by_time',
    // What else a list is filtered by rides along, so that counting and skipping read the index alone.
    ...replaced('booking_by_start', 'booking (org_id, start_at, id) include (status, end_at)'),
    ...replaced('booking_by_creation', 'booking (org_id, created_at, id) include (status, start_at, end_at)'),
    ...replaced(
      'waitlist_entry_by_precedence',
      'waitlist_entry (org_id, precedence desc, created_at, id) include (status)',
    ),
    ...replaced('waitlist_entry_by_creation', 'waitlist_entry (org_id, created_at, id) include (status)'),
    ...replaced('fine_by_creation', 'fine (org_id, created_at, id) include (status, amount_cents)'),
    ...replaced('fine_by_amount', 'fine (org_id, amount_cents, id) include (status, created_at)'),
    'drop index concurrently if exists booking_item_out',
  ],
}
