import type { SqlMigration } from '@kitroom/database'

/** Of the units that are there it is not known when they were judged, so whatever is heard of them is newer. */
export const seen: SqlMigration = {
  name: '20261129000000_seen',
  up: () => `
    alter table resource_unit
      add column condition_at timestamptz not null default '1970-01-01T00:00:00Z',
      add column status_at timestamptz not null default '1970-01-01T00:00:00Z'`,
}
