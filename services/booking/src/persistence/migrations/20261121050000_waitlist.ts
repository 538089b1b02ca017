import { jobTable, type SqlMigration, tenantTable } from '@kitroom/database'

/** Who waits for what, what is held for them, and what came free that somebody waits for (docs/waitlist.md). */
export const waitlist: SqlMigration = {
  name: '20261121050000_waitlist',
  up: (roles) => `
    create table waitlist_entry (
      org_id uuid not null,
      id uuid not null,
      requester_user_id uuid not null,
      status text not null check (status in
        ('WAITING', 'OFFERED', 'ACCEPTED', 'EXPIRED', 'CANCELLED', 'REJECTED')),
      start_at timestamptz(3) not null,
      end_at timestamptz(3) not null,
      purpose text,
      -- What the score is made of beside its age, as of the last ranking, and the order of the line, largest first.
      requester_role text not null check (requester_role in ('student', 'staff', 'admin')),
      late_returns integer not null default 0,
      open_fines integer not null default 0,
      active_bookings integer not null default 0,
      score_weights text not null default '{}',
      precedence bigint not null default 0,
      offered_at timestamptz(3),
      offer_expires_at timestamptz(3),
      offer_start_at timestamptz(3),
      offer_end_at timestamptz(3),
      offer_buffer_minutes integer not null default 0 check (offer_buffer_minutes >= 0),
      offer_made_by uuid,
      offer_is_automatic boolean not null default false,
      booking_id uuid,
      reason text,
      ended_at timestamptz(3),
      ended_by uuid,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      version integer not null default 1,
      primary key (org_id, id),
      foreign key (org_id, booking_id) references booking (org_id, id),
      constraint waitlist_entry_lasts check (start_at < end_at),
      constraint waitlist_entry_is_offered_for_a_time check (
        status <> 'OFFERED' or num_nulls(offered_at, offer_expires_at, offer_start_at, offer_end_at) = 0),
      constraint waitlist_entry_is_accepted_as_a_booking check ((status = 'ACCEPTED') = (booking_id is not null)),
      constraint waitlist_entry_ends check ((status in ('WAITING', 'OFFERED')) = (ended_at is null))
    );
    create index waitlist_entry_by_precedence on waitlist_entry (org_id, precedence desc, created_at, id);
    create index waitlist_entry_by_creation on waitlist_entry (org_id, created_at, id);
    create index waitlist_entry_of_requester on waitlist_entry (org_id, requester_user_id, created_at, id);
    create index waitlist_entry_waiting on waitlist_entry (org_id, precedence desc, created_at, id) where status = 'WAITING';
    create index waitlist_entry_begins on waitlist_entry (start_at) where status = 'WAITING';
    create index waitlist_entry_live on waitlist_entry (requester_user_id) where status in ('WAITING', 'OFFERED');
    ${tenantTable('waitlist_entry', roles, 'select, insert, update')}
    ${jobTable('waitlist_entry', roles, 'select')}

    -- What is asked for. waiting says that its entry is WAITING, so that who waits for a resource is found at once,
    -- however many waited for it before.
    create table waitlist_item (
      org_id uuid not null,
      id uuid not null,
      entry_id uuid not null,
      position integer not null,
      resource_id uuid not null,
      resource_unit_id uuid,
      quantity integer not null check (quantity > 0),
      waiting boolean not null,
      primary key (org_id, id),
      foreign key (org_id, entry_id) references waitlist_entry (org_id, id)
    );
    create index waitlist_item_of_entry on waitlist_item (org_id, entry_id, position);
    create index waitlist_item_of_resource on waitlist_item (org_id, resource_id, entry_id);
    create index waitlist_item_waiting on waitlist_item (org_id, resource_id, entry_id) where waiting;
    ${tenantTable('waitlist_item', roles, 'select, insert, update')}

    -- What an offer holds, while it does. When it is accepted, the items of the booking have the same ids.
    create table offer_item (
      org_id uuid not null,
      id uuid not null,
      entry_id uuid not null,
      position integer not null,
      resource_id uuid not null,
      resource_unit_id uuid not null,
      pinned boolean not null,
      primary key (org_id, id),
      foreign key (org_id, entry_id) references waitlist_entry (org_id, id)
    );
    create index offer_item_of_entry on offer_item (org_id, entry_id, position);
    create index offer_item_of_resource on offer_item (org_id, resource_id, entry_id);
    ${tenantTable('offer_item', roles, 'select, insert, update, delete')}

    alter table occupancy add foreign key (org_id, entry_id) references waitlist_entry (org_id, id);
    ${jobTable('occupancy', roles, 'select')}

    -- What the score counts, of everybody in an organisation at once.
    create index booking_late on booking (org_id, requester_user_id, returned_at) where returned_at > end_at;
    create index booking_active on booking (org_id, requester_user_id)
      where status in ('PENDING', 'APPROVED', 'CHECKED_OUT');
    create index fine_open on fine (org_id, user_id) where status = 'OPEN';

    -- The queue of the arbiter: resources somebody waits for that may have a unit free now, and when. Written in the
    -- transaction that freed it, so that it is neither missed nor early.
    create table freed_resource (
      org_id uuid not null,
      seq bigint generated always as identity,
      resource_id uuid not null,
      during tstzrange not null default '(,)',
      primary key (org_id, seq)
    );
    create index freed_resource_of on freed_resource (org_id, resource_id, seq);
    ${tenantTable('freed_resource', roles, 'select, insert, update, delete')}
    ${jobTable('freed_resource', roles, 'select')}

    -- All processes are woken when the transaction commits. Who does not hear it looks a second later.
    create function ring_for_freed() returns trigger language plpgsql as $$
    begin
      perform pg_notify('booking_freed', '');
      return null;
    end $$;
    create trigger ring after insert on freed_resource for each row execute function ring_for_freed();

    -- Here and not where units are freed, for two reasons: no way of freeing them can forget it; and what a trigger
    -- reads is newer than the row locks its statement waited for, so whoever joined meanwhile is seen (docs/decisions/0019).
    -- A row that only moves to another unit frees nothing that the allocation could not have had by moving it itself.
    create function note_freed() returns trigger language plpgsql as $$
    begin
      insert into freed_resource (org_id, resource_id, during)
      select distinct org_id, resource_id,
        -- A loan that was overdue kept its unit without end.
        case when collected and upper(during) <= clock_timestamp() then tstzrange(lower(during), null) else during end
      from gone
      where exists (
        select from waitlist_item i where i.org_id = gone.org_id and i.resource_id = gone.resource_id and i.waiting);
      return null;
    end $$;
    create trigger note_freed after delete on occupancy referencing old table as gone
      for each statement execute function note_freed();`,
}
