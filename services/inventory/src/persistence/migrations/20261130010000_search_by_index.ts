import type { SqlMigration } from '@kitroom/database'

/** Since it stops when it has found enough, the planner hopes to find that soon in whatever comes first in the table. */
export const searchByIndex: SqlMigration = {
  name: '20261130010000_search_by_index',
  up: () => 'alter function resources_matching(text, integer) set enable_seqscan = off',
}
