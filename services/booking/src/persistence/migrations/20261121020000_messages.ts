import { type SqlMigration, tenantTable } from '@kitroom/database'

/** What requesters and staff write to each other about a booking. */
export const messages: SqlMigration = {
  name: '20261121020000_messages',
  up: (roles) => `
    create table booking_message (
      org_id uuid not null,
      id uuid not null,
      booking_id uuid not null,
      author_user_id uuid not null,
      text text not null check (char_length(text) between 1 and 4000),
      created_at timestamptz(3) not null,
      primary key (org_id, id),
      foreign key (org_id, booking_id) references booking (org_id, id)
    );
    create index booking_message_of_booking on booking_message (org_id, booking_id, created_at, id);
    ${tenantTable('booking_message', roles, 'select, insert')}`,
}
