import { type SqlMigration, tenantTable } from '@kitroom/database'

/** Fines, the payments that cover them, and the counter of the receipts. */
export const fines: SqlMigration = {
  name: '20261121010000_fines',
  up: (roles) => `
    create table fine (
      org_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      booking_id uuid,
      reason text not null,
      amount_cents integer not null check (amount_cents > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      status text not null check (status in ('OPEN', 'PAID', 'WAIVED')),
      waiver_reason text,
      created_at timestamptz(3) not null,
      version integer not null default 1,
      primary key (org_id, id),
      foreign key (org_id, booking_id) references booking (org_id, id),
      constraint fine_is_waived_for_a_reason check ((status = 'WAIVED') = (waiver_reason is not null))
    );
    create index fine_by_creation on fine (org_id, created_at, id);
    create index fine_by_amount on fine (org_id, amount_cents, id);
    create index fine_by_user on fine (org_id, user_id, created_at, id);
    create index fine_by_status on fine (org_id, status, created_at, id);
    create index fine_of_booking on fine (org_id, booking_id) where booking_id is not null;
    ${tenantTable('fine', roles, 'select, insert, update')}

    -- What was paid is never changed: the service has no right to.
    create table payment (
      org_id uuid not null,
      id uuid not null,
      number integer not null check (number > 0),
      user_id uuid not null,
      amount_cents integer not null check (amount_cents > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      method text not null check (method in ('CASH', 'CARD', 'TRANSFER')),
      paid_at timestamptz(3) not null,
      primary key (org_id, id),
      constraint payment_number_once unique (org_id, number)
    );
    ${tenantTable('payment', roles, 'select, insert')}

    -- The key is the fine: it is paid once, whatever wrote here.
    create table payment_fine (
      org_id uuid not null,
      fine_id uuid not null,
      payment_id uuid not null,
      constraint fine_paid_once primary key (org_id, fine_id),
      foreign key (org_id, fine_id) references fine (org_id, id),
      foreign key (org_id, payment_id) references payment (org_id, id)
    );
    create index payment_fine_of_payment on payment_fine (org_id, payment_id, fine_id);
    ${tenantTable('payment_fine', roles, 'select, insert')}

    -- The number of the last receipt. A sequence would leave gaps, since it does not roll back; a row does, and
    -- whoever raises it keeps others from it until the commit.
    create table receipt_counter (
      org_id uuid primary key,
      last integer not null
    );
    ${tenantTable('receipt_counter', roles, 'select, insert, update')}`,
}
