import type { SqlMigration } from '@kitroom/database'

/** The orders in which members are listed, and where their accounts are at home. */
export const memberOrder: SqlMigration = {
  name: '20261130000000_member_order',
  up: () => [
    'drop index concurrently if exists app_user_by_name',
    'create index concurrently app_user_by_name on app_user (org_id, full_name, id) include (is_active)',
    'drop index concurrently if exists app_user_by_email',
    'create index concurrently app_user_by_email on app_user (org_id, email, id)',
    'drop index concurrently if exists app_user_by_creation',
    'create index concurrently app_user_by_creation on app_user (org_id, created_at, id)',
    'drop index concurrently if exists membership_by_home',
    'create index concurrently membership_by_home on membership (org_id, home_org_id, user_id)',
  ],
}
