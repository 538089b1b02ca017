import { jobTable, messagingTables, type SqlMigration, tenantTable } from '@kitroom/database'

/** Bookings, their items and history, and the one table that says which unit is taken when. */
export const bookings: SqlMigration = {
  name: '20261121000000_bookings',
  up: (roles) => `
    ${messagingTables(roles)}

    create table booking (
      org_id uuid not null,
      id uuid not null,
      requester_user_id uuid not null,
      status text not null check (status in
        ('DRAFT', 'PENDING', 'APPROVED', 'CHECKED_OUT', 'RETURNED', 'REJECTED', 'CANCELLED')),
      start_at timestamptz(3) not null,
      end_at timestamptz(3) not null,
      purpose text,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      cancelled_at timestamptz(3),
      picked_up_at timestamptz(3),
      returned_at timestamptz(3),
      version integer not null default 1,
      primary key (org_id, id),
      constraint booking_lasts check (start_at < end_at)
    );
    create index booking_by_creation on booking (org_id, created_at, id);
    create index booking_by_start on booking (org_id, start_at, id);
    create index booking_by_requester on booking (org_id, requester_user_id, created_at, id);
    create index booking_by_status on booking (org_id, status, created_at, id);
    create index booking_by_time on booking using gist (org_id, tstzrange(start_at, end_at));
    ${tenantTable('booking', roles, 'select, insert, update')}

    create table booking_item (
      org_id uuid not null,
      id uuid not null,
      booking_id uuid not null,
      position integer not null,
      resource_id uuid not null,
      resource_unit_id uuid,
      pinned boolean not null,
      returned_condition text check (returned_condition in ('NEW', 'GOOD', 'WORN', 'DAMAGED')),
      return_note text,
      primary key (org_id, id),
      foreign key (org_id, booking_id) references booking (org_id, id)
    );
    create index booking_item_of_booking on booking_item (org_id, booking_id, position);
    create index booking_item_of_unit on booking_item (org_id, resource_unit_id, booking_id);
    ${tenantTable('booking_item', roles, 'select, insert, update, delete')}

    create table booking_status_change (
      org_id uuid not null,
      id uuid not null,
      booking_id uuid not null,
      position integer not null,
      status text not null,
      at timestamptz(3) not null,
      actor_user_id uuid,
      reason text,
      primary key (org_id, id),
      foreign key (org_id, booking_id) references booking (org_id, id)
    );
    create index booking_status_change_of_booking on booking_status_change (org_id, booking_id, position);
    ${tenantTable('booking_status_change', roles, 'select, insert')}

    -- One row for each unit and reason while it keeps others out. Whatever path writes here, two rows of one unit
    -- cannot overlap; deferrable, so that one UPDATE may exchange several and is judged at its end.
    create table occupancy (
      org_id uuid not null,
      item_id uuid not null,
      booking_id uuid not null,
      resource_id uuid not null,
      unit_id uuid not null,
      during tstzrange not null,
      pinned boolean not null,
      collected boolean not null default false,
      primary key (org_id, item_id),
      foreign key (org_id, booking_id) references booking (org_id, id),
      constraint occupancy_is_a_period check (
        not isempty(during) and not lower_inf(during) and not upper_inf(during)
        and lower_inc(during) and not upper_inc(during)),
      constraint occupancy_once exclude using gist (org_id with =, unit_id with =, during with &&)
        deferrable initially immediate
    );
    create index occupancy_of_resource on occupancy using gist (org_id, resource_id, during);
    create index occupancy_of_booking on occupancy (org_id, booking_id);
    create index occupancy_on_loan on occupancy (org_id, resource_id) where collected;
    ${tenantTable('occupancy', roles, 'select, insert, update, delete')}
    ${jobTable('booking', roles, 'select')}`,
}
