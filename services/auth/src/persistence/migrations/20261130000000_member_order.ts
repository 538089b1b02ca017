import type { SqlMigration } from '@kitroom/database'

/** The orders in which members are listed, and whether any of them are guests: accounts of other organisations. */
export const memberOrder: SqlMigration = {
  name: '20261130000000_member_order',
  up: () => [
    'drop index concurrently if exists app_user_by_name',
    'create index concurrently app_user_by_name on app_user (org_id, full_name, id) include (is_active)',
    'drop index concurrently if exists app_user_by_email',
    'create index concurrently app_user_by_email on app_user (org_id, email, id)',
    'drop index concurrently if exists app_user_by_creation',
    'create index concurrently app_user_by_creation on app_user (org_id, created_at, id)',
    'drop index concurrently if exists membership_of_guest',
    'create index concurrently membership_of_guest on membership (org_id) where home_org_id <> org_id',
  ],
}
