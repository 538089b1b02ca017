import { jobTable, type SqlMigration, tenantTable } from '@kitroom/database'

export const trail: SqlMigration = {
  name: '0002-trail',
  up: (roles) => `
    create table audit_event (
      org_id uuid not null,
      seq bigint not null check (seq > 0),
      id uuid not null,
      actor_user_id uuid,
      entity_type text not null,
      entity_id text not null,
      action text not null,
      before_json jsonb,
      after_json jsonb,
      at timestamptz(3) not null,
      received_at timestamptz(3) not null,
      request_id text not null,
      service text not null,
      trace_id text,
      prev_hash bytea not null check (length(prev_hash) = 32),
      hash bytea not null check (length(hash) = 32),
      canonical text not null,
      primary key (org_id, seq),
      unique (org_id, id)
    );
    -- A list's total is counted over an index alone, as long as vacuum has marked the pages: after 2 % new rows, not 20 %.
    alter table audit_event set (autovacuum_vacuum_insert_scale_factor = 0.02);
    create index audit_event_at on audit_event (org_id, at, id);
    create index audit_event_entity on audit_event (org_id, entity_id, at, id);
    create index audit_event_entity_type on audit_event (org_id, entity_type, at, id);
    create index audit_event_actor on audit_event (org_id, actor_user_id, at, id);
    create index audit_event_action on audit_event (org_id, action, at, id);
    ${tenantTable('audit_event', roles, 'select, insert')}

    -- The newest event of each organisation, so that cutting off the end of a chain is noticed.
    create table audit_chain (
      org_id uuid not null primary key,
      seq bigint not null check (seq > 0),
      id uuid not null,
      hash bytea not null check (length(hash) = 32)
    );
    ${tenantTable('audit_chain', roles, 'select, insert, update')}
    ${jobTable('audit_chain', roles, 'select')}

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'The audit is append-only: % of % is refused.', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
    end $$;

    -- For each statement and always: the owner too, also when no row would be met, also under replication.
    create trigger append_only before update or delete or truncate on audit_event
      for each statement execute function refuse_change();
    alter table audit_event enable always trigger append_only;

    create trigger kept before delete or truncate on audit_chain
      for each statement execute function refuse_change();
    alter table audit_chain enable always trigger kept;

    create trigger grows before update on audit_chain
      for each row when (new.seq <= old.seq or new.org_id <> old.org_id) execute function refuse_change();
    alter table audit_chain enable always trigger grows;`,
}
