import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SERVICES } from '@kitroom/contracts'
import { Client } from 'pg'

import { operations } from './journey/operations.ts'
import { writeEverything } from './journey/write-everything.ts'
import { DEFINERS, DELETING, OTHER_POLICIES, OTHER_REFERENCES, UNIQUE_ACROSS } from './tenancy-exceptions.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

const SCHEMAS = `('auth', 'inventory', 'booking', 'audit')`
const TENANT = `(org_id = (NULLIF(current_setting('app.org_id'::text, true), ''::text))::uuid)`

interface Table {
  name: string
  service: string
  tenant: string | null
  app: string
}

let system: TestSystem
let tables: Table[]
let orgId: string

beforeAll(async () => {
  system = await testSystem()
  const staff = await writeEverything(system, operations(system.url))
  orgId = staff.orgId ?? ''
  await auditIsSettled(system)
  tables = await system.sql<Table>(`
    select relnamespace::regnamespace || '.' || relname as name, relnamespace::regnamespace::text as service,
      case when oid = 'auth.organization'::regclass then 'id' else
        (select attname from pg_attribute where attrelid = pg_class.oid and attname = 'org_id') end as tenant,
      current_database() || '_' || relnamespace::regnamespace as app
    from pg_class where relkind in ('r', 'p') and relnamespace::regnamespace::text in ${SCHEMAS} order by 1`)
}, 180_000)
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const tenants = () => tables.filter(({ tenant }) => tenant !== null)

/** Runs statements on a connection of their own, in a transaction that is rolled back. */
async function attempt(url: string, ...statements: string[]): Promise<{ rows: object[]; refusal: string }> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    let rows: object[] = []
    for (const statement of statements) ({ rows } = await client.query<object>(statement))
    return { rows, refusal: '' }
  } catch (error) {
    return { rows: [], refusal: (error as Error).message }
  } finally {
    await client.end()
  }
}

const as = (orgOfTransaction: string) => `select set_config('app.org_id', '${orgOfTransaction}', true)`

describe('every table with rows of organisations', () => {
  it('is under row level security, enabled and forced, and its policies name the tenant both ways (TEN-6)', async () => {
    expect(tenants().length).toBeGreaterThan(25)
    const open = await system.sql(
      `
      select oid::regclass::text as name from pg_class
      where oid = any($1::text[]::regclass[]) and not (relrowsecurity and relforcerowsecurity)`,
      [tenants().map(({ name }) => name)],
    )
    expect(open).toEqual([])

    const policies = await system.sql<{
      name: string
      roles: string[]
      cmd: string
      qual: string
      with_check: string
    }>(
      `select schemaname || '.' || tablename as name, policyname as policy, roles::text[], cmd, qual, with_check,
        schemaname || '.' || tablename || ' ' || policyname as name
       from pg_policies where schemaname in ${SCHEMAS} and not ('{' || current_database() || '_' || schemaname || '_job}')::name[] @> roles`,
    )
    const different = policies.filter(
      ({ cmd, qual, with_check }) =>
        (cmd !== 'INSERT' && qual !== TENANT) ||
        (!['SELECT', 'DELETE'].includes(cmd) && with_check !== TENANT),
    )
    expect(different.map(({ name }) => name).toSorted()).toEqual(Object.keys(OTHER_POLICIES).toSorted())
    for (const { name, app } of tenants()) {
      const own = policies.filter(
        (policy) => policy.name.startsWith(`${name} `) && policy.roles.includes(app),
      )
      expect({ name, policies: own.length > 0 }).toEqual({ name, policies: true })
    }
  })

  it('shows a service nothing without a tenant, and with one nothing of another (TEN-6, TEN-7)', async () => {
    let filled = 0
    for (const { name, service, tenant, app } of tenants()) {
      const [mayRead] = await system.sql<{ may: boolean }>(
        `select has_any_column_privilege($1, $2, 'select') as may`,
        [app, name],
      )
      const read = (...first: string[]) =>
        attempt(system.databaseUrl(service as 'auth'), ...first, `select ${tenant ?? ''} as org from ${name}`)
      if (mayRead?.may !== true) {
        expect((await read(as(orgId))).refusal).toMatch(/permission denied/)
        continue
      }
      expect({ name, ...(await read()) }).toEqual({ name, rows: [], refusal: '' })
      expect({ name, ...(await read(as(randomUUID()))) }).toEqual({ name, rows: [], refusal: '' })
      const { rows } = await read(as(orgId))
      if (rows.length > 0) filled += 1
      // A person of ours whose home is elsewhere would be seen too: there is none.
      expect({ name, orgs: [...new Set(rows.map((row) => (row as { org: string }).org))] }).toEqual({
        name,
        orgs: rows.length > 0 ? [orgId] : [],
      })
    }
    expect(filled).toBeGreaterThan(15)
  })

  it('takes no row of another tenant from a service (TEN-6)', async () => {
    let tried = 0
    for (const { name, service, tenant, app } of tenants()) {
      const [found] = await system.sql<{ columns: string | null; row: unknown }>(
        `select (select string_agg(quote_ident(attname), ', ') from pg_attribute
            where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''
              and has_column_privilege($2, attrelid, attnum, 'insert')) as columns,
          (select to_jsonb(one) from ${name} as one limit 1) as row`,
        [name, app],
      )
      if (!found?.columns || found.row === null) continue
      const foreign = JSON.stringify({ ...(found.row as object), [tenant ?? '']: randomUUID() })
      const client = new Client({ connectionString: system.databaseUrl(service as 'auth') })
      await client.connect()
      await client.query('begin')
      await client.query(as(orgId))
      await expect(
        client.query(
          `insert into ${name} (${found.columns}) select ${found.columns} from jsonb_populate_record(null::${name}, $1)`,
          [foreign],
        ),
      ).rejects.toThrow(/row-level security/)
      await client.end()
      tried += 1
    }
    expect(tried).toBeGreaterThan(15)
  })

  it('refers to others within the organisation only (TEN-9)', async () => {
    const references = await system.sql<{ name: string; joins: boolean }>(`
      select connamespace::regnamespace || '.' || conname as name,
        exists (
          select from unnest(conkey, confkey) as pair (here, there)
          join pg_attribute a on a.attrelid = conrelid and a.attnum = here
          join pg_attribute b on b.attrelid = confrelid and b.attnum = there
          where a.attname = 'org_id'
            and b.attname = case when confrelid = 'auth.organization'::regclass then 'id' else 'org_id' end) as joins
      from pg_constraint where contype = 'f' and connamespace::regnamespace::text in ${SCHEMAS}`)
    expect(references.length).toBeGreaterThan(10)
    const others = references.filter(({ joins }) => !joins).map(({ name }) => name)
    expect(others.toSorted()).toEqual(Object.keys(OTHER_REFERENCES).toSorted())
  })

  it('is unique, or exclusive, within the organisation only (TEN-9)', async () => {
    const indexes = await system.sql<{ name: string; first: string | null; relation: string }>(
      `
      select relnamespace::regnamespace || '.' || relname as name, indrelid::regclass::text as relation,
        (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) as first
      from pg_index join pg_class on pg_class.oid = indexrelid
      where (indisunique or indisexclusion) and indrelid = any($1::text[]::regclass[])`,
      [tenants().map(({ name }) => name)],
    )
    const across = indexes.filter(({ first }) => first !== 'org_id').map(({ name }) => name)
    expect(across.toSorted()).toEqual(Object.keys(UNIQUE_ACROSS).toSorted())
    expect(indexes.map(({ name }) => name)).toContain('booking.occupancy_once')
  })
})

describe('what is granted (SEC-3)', () => {
  it('is reading and writing of rows, to a service and its job role alone, not to be passed on', async () => {
    const grants = await system.sql<{
      name: string
      to: string
      service: string
      right: string
      passes: boolean
    }>(`
      select relnamespace::regnamespace || '.' || relname as name, relnamespace::regnamespace::text as service,
        case when grantee = 0 then 'everybody' else replace(grantee::regrole::text, current_database() || '_', '') end as to,
        privilege_type as right, is_grantable as passes
      from pg_class, lateral (
        select * from aclexplode(relacl) union all
        select acl.* from pg_attribute, lateral aclexplode(attacl) as acl where attrelid = pg_class.oid
      ) as acl
      where relnamespace::regnamespace::text in ${SCHEMAS} and grantee <> relowner`)
    expect(grants.length).toBeGreaterThan(50)
    const undue = grants.filter(
      ({ to, service, right, passes }) =>
        passes ||
        ![service, `${service}_job`].includes(to) ||
        !['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE'].includes(right),
    )
    expect(undue).toEqual([])
    const rewritten = grants.filter(
      ({ name, right }) => name === 'audit.audit_event' && right !== 'SELECT' && right !== 'INSERT',
    )
    expect(rewritten).toEqual([])
    const deleting = grants.filter(({ to, service, right }) => right === 'DELETE' && to === service)
    expect(deleting.map(({ name }) => name).toSorted()).toEqual(Object.keys(DELETING).toSorted())
  })
})

describe('what runs with other rights than its caller’s (TEN-10)', () => {
  it('is no view, and no function but those listed, which fix where names are looked up', async () => {
    const views = await system.sql(`
      select oid::regclass::text as name from pg_class
      where relkind in ('v', 'm') and relnamespace::regnamespace::text in ${SCHEMAS}
        and not coalesce('security_invoker=true' = any(reloptions), false)`)
    expect(views).toEqual([])
    const definers = await system.sql<{ name: string; path: string; everybody: boolean }>(`
      select pronamespace::regnamespace || '.' || proname as name, array_to_string(proconfig, ';') as path,
        has_function_privilege('public', pg_proc.oid, 'execute') as everybody
      from pg_proc where prosecdef and pronamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`)
    expect(definers.map(({ name }) => name)).toEqual(Object.keys(DEFINERS))
    for (const { path, everybody } of definers) {
      expect(path).toMatch(/search_path=[a-z, ]+, pg_temp/)
      expect(everybody).toBe(false)
    }
  })
})

describe.each(SERVICES)('the database role of %s (SEC-3)', (service) => {
  const own = { auth: 'session', inventory: 'resource', booking: 'booking', audit: 'audit_event' }
  const roleOf = (name: string, kind = '') =>
    `${new URL(system.databaseUrl('auth')).pathname.slice(1)}_${name}${kind}`

  it('is no superuser, bypasses nothing, owns nothing and is a member of its job role only', async () => {
    const roles = await system.sql<{ rolname: string; powers: boolean; owned: string; of: string[] }>(
      `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as powers, rolcanlogin,
        (select count(*)::int from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned,
        array(select roleid::regrole::text from pg_auth_members where member = r.oid) as of
       from pg_roles r where rolname = any($1) order by length(rolname)`,
      [['', '_job', '_owner'].map((kind) => roleOf(service, kind))],
    )
    expect(roles).toMatchObject([
      { rolname: roleOf(service), powers: false, rolcanlogin: true, owned: 0, of: [roleOf(service, '_job')] },
      { rolname: roleOf(service, '_job'), powers: false, rolcanlogin: false, owned: 0, of: [] },
      { rolname: roleOf(service, '_owner'), powers: false, rolcanlogin: true, of: [] },
    ])
  })

  it('cannot see or use what belongs to another service, nor can the role that migrates', async () => {
    for (const other of SERVICES.filter((name) => name !== service)) {
      for (const statement of [
        `select from ${other}.${own[other]}`,
        `select from ${other}.outbox`,
        `insert into ${other}.outbox (id, org_id, subject, payload) values (gen_random_uuid(), gen_random_uuid(), '', '')`,
        `create table ${other}.mine ()`,
      ]) {
        const byService = await attempt(system.databaseUrl(service), statement)
        expect(byService.refusal).toMatch(/permission denied for schema/)
        const byOwner = await attempt(
          system.adminDatabaseUrl,
          `set local role ${roleOf(service, '_owner')}`,
          statement,
        )
        expect(byOwner.refusal).toMatch(/permission denied for schema/)
      }
      const become = await attempt(system.databaseUrl(service), `set local role ${roleOf(other, '_job')}`)
      expect(become.refusal).toMatch(/permission denied to set role/)
    }
  })

  it.each([
    'create table mine ()',
    'create table public.mine ()',
    'create schema mine',
    'create extension pgcrypto',
    `alter table ${own[service]} disable row level security`,
    `alter table ${own[service]} add column mine text`,
    `drop table ${own[service]}`,
    'drop policy tenant on outbox',
    'truncate outbox',
    `alter role current_user bypassrls`,
  ])('cannot %s', async (statement) => {
    const { refusal } = await attempt(system.databaseUrl(service), statement)
    expect(refusal).toMatch(/permission denied|must be owner/)
  })

  it('cannot become its owner', async () => {
    const { refusal } = await attempt(
      system.databaseUrl(service),
      `set local role ${roleOf(service, '_owner')}`,
    )
    expect(refusal).toMatch(/permission denied to set role/)
  })
})

describe('the trail of the running system (EVT-12)', () => {
  const CHANGES = [
    `update audit.audit_event set action = 'UPDATE'`,
    'delete from audit.audit_event',
    'truncate audit.audit_event',
  ]

  it.each(CHANGES)('refuses the service and the owner: %s', async (statement) => {
    const byService = await attempt(system.databaseUrl('audit'), as(orgId), statement)
    expect(byService.refusal).toMatch(/permission denied for table audit_event/)
    const database = new URL(system.databaseUrl('audit')).pathname.slice(1)
    const byOwner = await attempt(
      system.adminDatabaseUrl,
      `set local role ${database}_audit_owner`,
      as(orgId),
      statement,
    )
    expect(byOwner.refusal).toMatch(/append-only/)
  })
})
