import type { TestSystem } from '../test-system.ts'

/** One row as a trigger saw it change, told as a change of the entity it belongs to. */
export interface RowChange {
  seq: number
  tx: string
  table: string
  op: 'INSERT' | 'UPDATE' | 'DELETE'
  entity_type: string
  entity_id: string
  /** Whether the row is the entity itself and not a part of it. */
  is_root: boolean
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

interface Place {
  entity: string
  /** The column that names the entity. */
  id: string
  on?: string
  /** Whose part a row is that names none. */
  otherwise?: { entity: string; id: string }
}

/** Every table whose rows are an entity of the audit, or a part of one. */
const PLACES: Record<string, Place> = {
  'auth.organization': { entity: 'Organization', id: 'id' },
  'auth.app_user': { entity: 'User', id: 'id' },
  // A new membership is told by the roles that come with it.
  'auth.membership': { entity: 'User', id: 'user_id', on: 'update or delete' },
  'auth.user_role': { entity: 'UserRole', id: 'id' },
  'auth.session': { entity: 'Session', id: 'id' },
  'inventory.resource': { entity: 'Resource', id: 'id' },
  'inventory.resource_unit': { entity: 'ResourceUnit', id: 'id' },
  'inventory.tag': { entity: 'Tag', id: 'id' },
  'inventory.resource_tag': { entity: 'Resource', id: 'resource_id' },
  'booking.booking': { entity: 'Booking', id: 'id' },
  'booking.booking_item': { entity: 'Booking', id: 'booking_id' },
  'booking.booking_status_change': { entity: 'Booking', id: 'booking_id' },
  'booking.occupancy': {
    entity: 'Booking',
    id: 'booking_id',
    otherwise: { entity: 'WaitlistEntry', id: 'entry_id' },
  },
  'booking.waitlist_entry': { entity: 'WaitlistEntry', id: 'id' },
  'booking.waitlist_item': { entity: 'WaitlistEntry', id: 'entry_id' },
  'booking.offer_item': { entity: 'WaitlistEntry', id: 'entry_id' },
  'booking.fine': { entity: 'Fine', id: 'id' },
  'booking.payment': { entity: 'Payment', id: 'id' },
  'booking.payment_fine': { entity: 'Payment', id: 'payment_id' },
  'booking.replacement_charge': { entity: 'Fine', id: 'fine_id' },
  'booking.booking_message': { entity: 'BookingMessage', id: 'id' },
}

/** Tables whose changes nobody audits, and why. */
const UNAUDITED: Record<string, string> = {
  'auth.password': 'a hash, which no event may hold',
  'auth.refresh_token': 'a hash, which no event may hold; its session is audited',
  'auth.login_failure': 'a counter of failures, gone after minutes',
  'booking.freed_resource': 'the queue of the arbiter; what it does with it is audited',
  'booking.refused_demand': 'what could not be given, for a report: nothing of the organisation changed',
  'booking.settled_supply': 'what inventory said, written down for a moment',
  'booking.receipt_counter': 'the number of the last receipt; each payment, which is audited, has its own',
  'auth.signing_key': 'a key of the installation, in no organisation',
  ...Object.fromEntries(
    ['auth', 'inventory', 'booking'].flatMap((schema) =>
      ['outbox', 'inbox', 'dead_letter', 'idempotency_key', 'migration'].map((table) => [
        `${schema}.${table}`,
        'delivery of messages and answers',
      ]),
    ),
  ),
}

/** Columns that follow from others, what a ranking counted among them, and those that only say when. */
const DERIVED = `'{unit_text,search_text,updated_at,condition_at,status_at,late_returns,open_fines,active_bookings,score_weights,precedence}'::text[]`

/** Tables of the services that are neither audited nor known not to be: there must be none. */
export async function unknownTables(system: TestSystem): Promise<string[]> {
  const tables = await system.sql<{ name: string }>(`
    select schemaname || '.' || tablename as name from pg_tables
    where schemaname in ('auth', 'inventory', 'booking') order by 1`)
  return tables.map(({ name }) => name).filter((name) => !(name in PLACES) && !(name in UNAUDITED))
}

/** Puts triggers on every audited table that write down each row that changes, and on the outboxes. */
export async function installShadow(system: TestSystem): Promise<void> {
  await system.sql(`
    create schema shadow;
    create table shadow.change (
      seq bigint generated always as identity primary key, tx text not null default pg_current_xact_id()::text,
      "table" text not null, op text not null, entity_type text not null, entity_id text not null,
      is_root boolean not null, before jsonb, after jsonb);
    create table shadow.told (tx text not null default pg_current_xact_id()::text, event_id uuid not null);

    create function shadow.note() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
    declare
      old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) - ${DERIVED} end;
      new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) - ${DERIVED} end;
      at int := case when coalesce(new_row, old_row) ->> tg_argv[1] is null then 2 else 0 end;
    begin
      if old_row is not distinct from new_row then return null; end if;
      insert into shadow.change ("table", op, entity_type, entity_id, is_root, before, after)
      values (tg_table_schema || '.' || tg_table_name, tg_op, tg_argv[at], coalesce(new_row, old_row) ->> tg_argv[at + 1],
              tg_argv[1] = 'id', old_row, new_row);
      return null;
    end $$;

    create function shadow.hear() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
    begin insert into shadow.told (event_id) values (new.id); return null; end $$;`)
  for (const [table, { entity, id, otherwise, on = 'insert or update or delete' }] of Object.entries(
    PLACES,
  )) {
    await system.sql(`create trigger shadow after ${on} on ${table}
      for each row execute function shadow.note('${entity}', '${id}', '${otherwise?.entity ?? ''}', '${otherwise?.id ?? ''}')`)
  }
  for (const service of ['auth', 'inventory', 'booking']) {
    await system.sql(`create trigger shadow after insert on ${service}.outbox
      for each row execute function shadow.hear()`)
  }
}

/** What the triggers saw, oldest first. */
export const rowChanges = (system: TestSystem): Promise<RowChange[]> =>
  system.sql<RowChange>('select *, seq::int from shadow.change order by shadow.change.seq')

/** The transaction in which each event was written, by the event's id. */
export async function transactionsOfEvents(system: TestSystem): Promise<Map<string, string>> {
  const rows = await system.sql<{ event_id: string; tx: string }>('select event_id, tx from shadow.told')
  return new Map(rows.map(({ event_id, tx }) => [event_id, tx]))
}
