import { type SqlMigration, tenantTable } from '@kitroom/database'

export const inventory: SqlMigration = {
  name: '20261121000100_inventory',
  up: (roles) => `
    create table resource (
      org_id uuid not null,
      id uuid not null,
      type text not null,
      name text not null,
      description text,
      serial_number text,
      status text not null check (status in ('AVAILABLE', 'MAINTENANCE', 'DISABLED')),
      units_total integer not null,
      units_available integer not null check (units_available between 0 and units_total),
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deleted_at timestamptz,
      primary key (org_id, id)
    );
    -- One for each field a list can be sorted by. deleted_at rides along so that counting reads the index alone.
    create index resource_by_name on resource (org_id, name, id) include (deleted_at);
    create index resource_by_type on resource (org_id, type, id) include (deleted_at);
    create index resource_by_status on resource (org_id, status, id) include (deleted_at);
    create index resource_by_age on resource (org_id, created_at, id) include (deleted_at);
    ${tenantTable('resource', roles, 'select, insert, update')}

    create table resource_unit (
      org_id uuid not null,
      id uuid not null,
      resource_id uuid not null,
      barcode text not null,
      serial_number text,
      condition text not null check (condition in ('NEW', 'GOOD', 'WORN', 'DAMAGED')),
      status text not null check (status in ('AVAILABLE', 'MAINTENANCE', 'LOST', 'RETIRED')),
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deleted_at timestamptz,
      deleted_with_resource boolean not null default false check (deleted_at is not null or not deleted_with_resource),
      primary key (org_id, id),
      constraint resource_unit_resource foreign key (org_id, resource_id) references resource (org_id, id),
      -- No two units that are there share a barcode; deleted ones were deleted at different times.
      constraint resource_unit_barcode unique nulls not distinct (org_id, barcode, deleted_at)
    );
    create index resource_unit_of_resource on resource_unit (org_id, resource_id, barcode, id);
    ${tenantTable('resource_unit', roles, 'select, insert, update')}

    create table tag (
      org_id uuid not null,
      id uuid not null,
      name text not null,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (org_id, id),
      constraint tag_name unique (org_id, name)
    );
    create index tag_by_age on tag (org_id, created_at, id);
    ${tenantTable('tag', roles, 'select, insert, update, delete')}

    create table resource_tag (
      org_id uuid not null,
      resource_id uuid not null,
      tag_id uuid not null,
      primary key (org_id, resource_id, tag_id),
      constraint resource_tag_resource foreign key (org_id, resource_id) references resource (org_id, id),
      constraint resource_tag_tag foreign key (org_id, tag_id) references tag (org_id, id)
    );
    create index resource_tag_of_tag on resource_tag (org_id, tag_id, resource_id);
    ${tenantTable('resource_tag', roles, 'select, insert, delete')}`,
}
