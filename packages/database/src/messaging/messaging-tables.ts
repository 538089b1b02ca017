import type { Roles } from '../setup/roles.ts'

/** The policy every table with an organisation carries: without a tenant in the transaction there are no rows. */
export const TENANT = `org_id = nullif(current_setting('app.org_id', true), '')::uuid`

/** Row level security for a table whose rows belong to organisations. Landed migrations use it: it never changes. */
export function tenantTable(table: string, { app }: Roles, grants: string): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant on ${table} to ${app} using (${TENANT}) with check (${TENANT});
    grant ${grants} on ${table} to ${app};`
}

/** Lets the service's jobs see a table across organisations, by these rights alone. Never changes either. */
export function jobTable(table: string, { job }: Roles, grants: string): string {
  return `
    create policy job on ${table} to ${job} using (true) with check (true);
    grant ${grants} on ${table} to ${job};`
}

/**
 * Outbox, inbox, dead letters and idempotency keys, the same in every service.
 * Landed migrations use it: it never changes; what comes later is a new migration.
 */
export function messagingTables(roles: Roles): string {
  return `
    create table outbox (
      seq bigint generated always as identity primary key,
      id uuid not null unique,
      org_id uuid not null,
      subject text not null,
      payload text not null,
      attempt integer not null default 0,
      created_at timestamptz not null default clock_timestamp(),
      published_at timestamptz,
      confirmed_at timestamptz
    );
    create index outbox_unpublished on outbox (seq) where published_at is null;
    create index outbox_unconfirmed on outbox (published_at) where published_at is not null and confirmed_at is null;
    create index outbox_confirmed on outbox (confirmed_at) where confirmed_at is not null;
    ${tenantTable('outbox', roles, 'insert')}
    ${jobTable('outbox', roles, 'select, update, delete')}

    create table inbox (
      org_id uuid not null,
      consumer text not null,
      event_id uuid not null,
      received_at timestamptz not null default clock_timestamp(),
      primary key (org_id, consumer, event_id)
    );
    ${tenantTable('inbox', roles, 'select, insert')}
    ${jobTable('inbox', roles, 'select, delete')}

    create table dead_letter (
      id uuid primary key,
      consumer text not null,
      subject text not null,
      payload text not null,
      reason text not null,
      at timestamptz not null default clock_timestamp(),
      redriven_at timestamptz
    );
    grant select, insert, update on dead_letter to ${roles.job};
    grant select on migration to ${roles.app};

    create table idempotency_key (
      org_id uuid not null,
      user_id uuid not null,
      method text not null,
      path text not null,
      key text not null,
      fingerprint text not null,
      status smallint not null,
      headers jsonb not null,
      body text not null,
      created_at timestamptz not null default clock_timestamp(),
      primary key (org_id, user_id, method, path, key)
    );
    create index idempotency_key_age on idempotency_key (created_at);
    ${tenantTable('idempotency_key', roles, 'select, insert')}
    ${jobTable('idempotency_key', roles, 'select, delete')}`
}
