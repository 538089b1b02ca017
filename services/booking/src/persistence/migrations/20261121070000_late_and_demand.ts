import { jobTable, type SqlMigration, tenantTable } from '@kitroom/database'

/** What reports and the look-out for overdue loans need: refusals, and what was charged for. */
export const lateAndDemand: SqlMigration = {
  name: '20261121070000_late_and_demand',
  up: (roles) => `
    -- A refusal rolls everything back but this.
    create table refused_demand (
      org_id uuid not null,
      id uuid not null,
      resource_id uuid not null,
      user_id uuid not null,
      start_at timestamptz(3) not null,
      end_at timestamptz(3) not null,
      units integer not null check (units > 0),
      at timestamptz(3) not null default clock_timestamp(),
      primary key (org_id, id)
    );
    create index refused_demand_by_time on refused_demand (org_id, at, resource_id);
    create index refused_demand_age on refused_demand (at);
    ${tenantTable('refused_demand', roles, 'select, insert')}
    ${jobTable('refused_demand', roles, 'select, delete')}

    -- The key is the item: its replacement is charged once, whatever wrote here.
    create table replacement_charge (
      org_id uuid not null,
      item_id uuid not null,
      fine_id uuid not null,
      constraint replacement_charged_once primary key (org_id, item_id),
      foreign key (org_id, fine_id) references fine (org_id, id)
    );
    create index replacement_charge_of_fine on replacement_charge (org_id, fine_id);
    ${tenantTable('replacement_charge', roles, 'select, insert')}

    create index booking_on_loan on booking (org_id, end_at) where status = 'CHECKED_OUT';
    create index booking_status_change_by_time on booking_status_change (org_id, at);
    create index booking_item_out on booking_item using gist (org_id, tstzrange(handed_out_at, returned_at))
      where handed_out_at is not null;`,
}
