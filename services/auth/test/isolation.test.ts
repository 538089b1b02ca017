import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openDatabase, rolesOf, sql } from '@kitroom/database'

import { type Founded, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
let database: ReturnType<typeof openDatabase>
let app: string
beforeAll(async () => {
  auth = await runningAuth()
  database = openDatabase({ url: auth.config.databaseUrl, service: 'auth', entities: [] })
  app = rolesOf(auth.config.databaseUrl).app
})
afterAll(async () => {
  await database.close()
  await auth[Symbol.asyncDispose]()
})

const TENANT_TABLES = `
  select relation.oid, relname::text as name from pg_class relation
  where relnamespace = 'auth'::regnamespace and relkind = 'r'
    and (relname = 'organization' or exists (
      select from pg_attribute where attrelid = relation.oid and attname = 'org_id'))`

/** Unique over the installation, and why it tells an organisation nothing: docs/decisions/0006. */
const INSTALLATION_WIDE = [
  'app_user_email',
  'app_user_id',
  'organization_pkey',
  'outbox_id_key',
  'outbox_pkey',
  'refresh_token_digest',
]

describe('the catalogue', () => {
  it('has row level security enabled and forced on every table of organisations', async () => {
    const tables = await auth.database.admin<{ name: string; guarded: boolean }>(`
      select tenant.name, relrowsecurity and relforcerowsecurity as guarded
      from (${TENANT_TABLES}) as tenant join pg_class on pg_class.oid = tenant.oid`)
    expect(tables.length).toBeGreaterThanOrEqual(10)
    expect(tables.filter(({ guarded }) => !guarded)).toEqual([])
  })

  it('gives the service a role that owns nothing and bypasses nothing', async () => {
    const [role] = await auth.database.admin(
      `select rolsuper, rolbypassrls, rolcreaterole,
         exists (select from pg_class where relowner = pg_roles.oid) as owns
       from pg_roles where rolname = $1`,
      [app],
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, owns: false })
  })

  it('has no foreign key between organisations that leaves the organisation out', async () => {
    const keys = await auth.database.admin<{ name: string; complete: boolean }>(`
      select conname::text as name, exists (
        select from unnest(conkey, confkey) as part (own, referred)
        join pg_attribute target on target.attrelid = confrelid and target.attnum = referred
        where target.attname = 'org_id' or (confrelid = 'auth.organization'::regclass and target.attname = 'id')
      ) as complete
      from pg_constraint where contype = 'f' and connamespace = 'auth'::regnamespace`)
    expect(keys.length).toBeGreaterThanOrEqual(7)
    expect(keys.filter(({ complete }) => !complete)).toEqual([])
  })

  it('has unique indexes that start with the organisation, but for those listed', async () => {
    const indexes = await auth.database.admin<{ name: string }>(`
      select indexrelid::regclass::text as name from pg_index join (${TENANT_TABLES}) as tenant on tenant.oid = indrelid
      where indisunique and not exists (
        select from pg_attribute where attrelid = indrelid and attnum = indkey[0] and attname = 'org_id')
      order by 1`)
    expect(indexes.map(({ name }) => name)).toEqual(INSTALLATION_WIDE)
  })

  it('has neither views nor functions of its own', async () => {
    const found = await auth.database.admin(`
      select relname::text as name from pg_class where relnamespace = 'auth'::regnamespace and relkind in ('v', 'm')
      union all select proname::text from pg_proc where pronamespace = 'auth'::regnamespace`)
    expect(found).toEqual([])
  })
})

describe("the service's role", () => {
  let one: Founded
  let other: Founded
  beforeAll(async () => {
    one = await auth.found('One')
    other = await auth.found('Other')
    await auth.signIn(other.admin.email)
  })

  it('sees no rows without a tenant, and those of one organisation with it', async () => {
    const tables = ['organization', 'app_user', 'membership', 'user_role', 'session', 'refresh_token']
    for (const table of tables) {
      const count = (await auth.database.admin<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n
      expect(Number(count)).toBeGreaterThan(0)
      const rows = await database.read('', (query) => query(sql`select 1 from ${sql.table(table)}`))
      expect([table, rows]).toEqual([table, []])
    }
    const names = await database.read(one.orgId, (query) => query(sql`select name from organization`))
    expect(names).toEqual([{ name: 'One' }])
  })

  it('cannot read a hash, a sealed key or the failures of sign-in', async () => {
    for (const column of ['hash from password', 'kid from signing_key', 'account from login_failure']) {
      const reading = database.read(other.orgId, (query) => query(sql`select ${sql.raw(column)}`))
      await expect(reading).rejects.toThrow('permission denied')
    }
  })

  it('cannot write into another organisation, nor change an account it only sees', async () => {
    const user = await auth.addMember(other, ['student'])
    await auth.addMember(one, ['student'], user.email)
    const inOne = <T>(statement: ReturnType<typeof sql<T>>) =>
      database.read(one.orgId, (query) => query(statement))
    expect(await inOne(sql`select email from app_user where id = ${user.id}`)).toHaveLength(1)
    expect(await inOne(sql`update app_user set full_name = 'Eve' where id = ${user.id} returning 1`)).toEqual(
      [],
    )
    const forged = sql`
      insert into membership (org_id, user_id, home_org_id, created_at, updated_at)
      values (${other.orgId}, ${one.admin.id}, ${one.orgId}, now(), now())`
    await expect(inOne(forged)).rejects.toThrow('row-level security')
    expect(await inOne(sql`delete from user_role where user_id = ${other.admin.id} returning 1`)).toEqual([])
  })
})

describe('the job role', () => {
  it('may change nothing but what housekeeping deletes and sign-in counts', async () => {
    const granted = await auth.database.admin<{ on: string }>(
      `select table_name || ': ' || string_agg(distinct privilege_type, ', ') as on
       from information_schema.role_table_grants
       where grantee = $1 and table_schema = 'auth' and privilege_type <> 'SELECT'
         and table_name not in ('outbox', 'inbox', 'dead_letter', 'idempotency_key')
       group by table_name order by 1`,
      [rolesOf(auth.config.databaseUrl).job],
    )
    expect(granted.map(({ on }) => on)).toEqual([
      'login_failure: DELETE, INSERT',
      'refresh_token: DELETE',
      'session: DELETE',
      'signing_key: DELETE, INSERT',
    ])
  })
})
