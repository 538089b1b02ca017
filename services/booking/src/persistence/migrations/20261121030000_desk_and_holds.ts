import type { SqlMigration } from '@kitroom/database'

/** What each item of a booking went through at the desk, and units kept for an offer instead of a booking. */
export const deskAndHolds: SqlMigration = {
  name: '20261121030000_desk_and_holds',
  up: () => `
    alter table booking
      add column buffer_minutes integer not null default 0 check (buffer_minutes >= 0),
      add column renewals integer not null default 0 check (renewals >= 0),
      add column at_risk_since timestamptz(3),
      add column at_risk_reason text,
      add column no_show_at timestamptz(3),
      add constraint booking_is_at_risk_for_a_reason check ((at_risk_since is null) = (at_risk_reason is null));
    create index booking_at_risk on booking (org_id, at_risk_since, id) where at_risk_since is not null;
    create index booking_no_show on booking (org_id, no_show_at, id) where no_show_at is not null;

    alter table booking_item
      add column handed_out_at timestamptz(3),
      add column handed_out_condition text check (handed_out_condition in ('NEW', 'GOOD', 'WORN', 'DAMAGED')),
      add column hand_out_note text,
      add column returned_at timestamptz(3),
      add constraint booking_item_goes_out_before_it_is_back check (returned_at is null or handed_out_at <= returned_at);

    -- Until now a loan went out and came back whole. The owner is bound by the row policies while they are forced.
    alter table booking no force row level security;
    alter table booking_item no force row level security;
    update booking_item i set handed_out_at = b.picked_up_at, returned_at = b.returned_at
    from booking b where b.org_id = i.org_id and b.id = i.booking_id and b.picked_up_at is not null;
    alter table booking force row level security;
    alter table booking_item force row level security;

    -- A row keeps a unit in the name of a booking, or until held_until in that of an offer to a waitlist entry.
    alter table occupancy
      alter column booking_id drop not null,
      add column entry_id uuid,
      add column held_until timestamptz(3),
      add constraint occupancy_has_one_holder check (num_nonnulls(booking_id, entry_id) = 1),
      add constraint occupancy_of_an_offer_ends check ((entry_id is null) = (held_until is null));
    create index occupancy_of_entry on occupancy (org_id, entry_id) where entry_id is not null;
    create index occupancy_held on occupancy (held_until) where held_until is not null;`,
}
