import { type SqlMigration, tenantTable } from '@kitroom/database'

/** What could be lent of a resource when its last change in inventory was settled (docs/decisions/0021). */
export const settledSupply: SqlMigration = {
  name: '20261129000000_settled_supply',
  up: (roles) => `
    create table settled_supply (
      org_id uuid not null,
      resource_id uuid not null,
      unit_ids uuid[] not null,
      round integer not null default 1,
      settled_at timestamptz not null,
      primary key (org_id, resource_id)
    );
    ${tenantTable('settled_supply', roles, 'select, insert, update')}`,
}
