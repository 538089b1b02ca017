import type { SqlMigration } from '@kitroom/database'

/** The order of tags by name with their ids, which the unique key does not have: a list reads it alone. */
export const tagOrder: SqlMigration = {
  name: '20261130000000_tag_order',
  up: () => [
    'drop index concurrently if exists tag_by_name',
    'create index concurrently tag_by_name on tag (org_id, name, id)',
    'drop index concurrently if exists tag_by_creation',
    'create index concurrently tag_by_creation on tag (org_id, created_at, id) include (name)',
    'drop index concurrently if exists tag_by_age',
  ],
}
