import type { SqlMigration } from '@kitroom/database'

/** What can be lent, by name: the search for it is counted, and leafed through to any page, in this alone. */
export const lendableByName: SqlMigration = {
  name: '20261130020000_lendable_by_name',
  up: () => [
    'drop index concurrently if exists resource_lendable_by_name',
    `create index concurrently resource_lendable_by_name on resource (org_id, name, id)
      where deleted_at is null and status = 'AVAILABLE' and units_available > 0`,
  ],
}
