import { jobTable, messagingTables, type SqlMigration, tenantTable } from '@kitroom/database'

/**
 * Organisations, accounts, memberships, sessions and signing keys. What the job role may see is what sign-in, refresh
 * and the check of a caller need before an organisation is known: docs/decisions/0006.
 */
export const accounts: SqlMigration = {
  name: '20261121000000_accounts',
  up: (roles) => `
    ${messagingTables(roles)}

    -- Its id is its own org_id.
    create table organization (
      id uuid primary key,
      name text not null,
      timezone text not null,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      policy jsonb not null,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null
    );
    alter table organization enable row level security;
    alter table organization force row level security;
    create policy tenant on organization to ${roles.app}
      using (id = nullif(current_setting('app.org_id', true), '')::uuid)
      with check (id = nullif(current_setting('app.org_id', true), '')::uuid);
    grant select, insert, update on organization to ${roles.app};
    ${jobTable('organization', roles, 'select')}

    create table app_user (
      org_id uuid not null references organization (id),
      id uuid not null,
      email text not null,
      full_name text not null,
      is_active boolean not null default true,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      primary key (org_id, id)
    );
    -- Over the whole installation, as the contract says: an e-mail and an id name one account.
    create unique index app_user_id on app_user (id);
    create unique index app_user_email on app_user (lower(email));
    create index app_user_search on app_user using gin ((full_name || chr(10) || email) gin_trgm_ops);

    create table password (
      org_id uuid not null,
      user_id uuid not null,
      hash text not null,
      updated_at timestamptz(3) not null default clock_timestamp(),
      primary key (org_id, user_id),
      foreign key (org_id, user_id) references app_user (org_id, id)
    );
    -- The hash can be written in the account's home, and read by the job role alone.
    ${tenantTable('password', roles, 'insert, update, select (org_id, user_id)')}
    ${jobTable('password', roles, 'select')}

    create table membership (
      org_id uuid not null references organization (id),
      user_id uuid not null,
      home_org_id uuid not null,
      version integer not null default 1,
      created_at timestamptz(3) not null,
      updated_at timestamptz(3) not null,
      primary key (org_id, user_id),
      foreign key (home_org_id, user_id) references app_user (org_id, id)
    );
    create index membership_of_account on membership (home_org_id, user_id);
    ${tenantTable('membership', roles, 'select, insert, update')}
    ${jobTable('membership', roles, 'select')}

    create table user_role (
      org_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      role text not null check (role in ('student', 'staff', 'admin')),
      created_at timestamptz(3) not null,
      primary key (org_id, id),
      constraint user_role_once unique (org_id, user_id, role),
      foreign key (org_id, user_id) references membership (org_id, user_id)
    );
    create index user_role_holders on user_role (org_id, role, user_id);
    ${tenantTable('user_role', roles, 'select, insert, delete')}
    ${jobTable('user_role', roles, 'select')}

    -- An account is seen where its holder has a role, and at home; it is made and changed at home only.
    alter table app_user enable row level security;
    alter table app_user force row level security;
    create policy seen on app_user for select to ${roles.app} using (
      org_id = nullif(current_setting('app.org_id', true), '')::uuid
      or exists (
        select from user_role held
        where held.org_id = nullif(current_setting('app.org_id', true), '')::uuid and held.user_id = app_user.id));
    create policy made on app_user for insert to ${roles.app}
      with check (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
    create policy changed on app_user for update to ${roles.app}
      using (org_id = nullif(current_setting('app.org_id', true), '')::uuid)
      with check (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
    grant select, insert, update on app_user to ${roles.app};
    ${jobTable('app_user', roles, 'select')}

    create table session (
      org_id uuid not null,
      id uuid not null,
      user_id uuid not null,
      status text not null check (status in ('ACTIVE', 'ENDED')),
      ending text check (ending in ('SIGNED_OUT', 'REUSED', 'DEACTIVATED')),
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      ended_at timestamptz(3),
      primary key (org_id, id),
      foreign key (org_id, user_id) references app_user (org_id, id),
      constraint session_ends_whole check ((status = 'ENDED') = (ended_at is not null and ending is not null))
    );
    create index session_of_user on session (org_id, user_id) where status = 'ACTIVE';
    create index session_age on session (expires_at);
    create index session_end on session (ended_at) where ended_at is not null;
    ${tenantTable('session', roles, 'select, insert, update')}
    ${jobTable('session', roles, 'select, delete')}

    create table refresh_token (
      org_id uuid not null,
      id uuid not null,
      session_id uuid not null,
      parent_id uuid,
      digest text not null check (digest ~ '^[0-9a-f]{64}$'),
      created_at timestamptz(3) not null,
      expires_at timestamptz(3) not null,
      used_at timestamptz(3),
      replaced_at timestamptz(3),
      primary key (org_id, id),
      foreign key (org_id, session_id) references session (org_id, id) on delete cascade
    );
    -- A token is looked up before anything is known of whose it is.
    create unique index refresh_token_digest on refresh_token (digest);
    create index refresh_token_of_session on refresh_token (org_id, session_id);
    create index refresh_token_children on refresh_token (org_id, parent_id, created_at);
    create index refresh_token_age on refresh_token (expires_at);
    ${tenantTable('refresh_token', roles, 'select, insert, update')}
    ${jobTable('refresh_token', roles, 'select, delete')}

    -- No organisation: whether the e-mail belongs to anybody must make no difference.
    create table login_failure (
      id uuid primary key,
      account bytea not null,
      address text not null,
      at timestamptz(3) not null default clock_timestamp()
    );
    create index login_failure_of_pair on login_failure (account, address, at);
    create index login_failure_of_address on login_failure (address, at);
    create index login_failure_age on login_failure (at);
    alter table login_failure enable row level security;
    alter table login_failure force row level security;
    ${jobTable('login_failure', roles, 'select, insert, delete')}

    -- The installation's own; the private half is sealed under KEY_ENCRYPTION_KEY.
    create table signing_key (
      kid text primary key,
      public_jwk jsonb not null,
      sealed_private_jwk bytea not null,
      active_from timestamptz(3) not null,
      created_at timestamptz(3) not null default clock_timestamp()
    );
    alter table signing_key enable row level security;
    alter table signing_key force row level security;
    ${jobTable('signing_key', roles, 'select, insert, delete')}`,
}
