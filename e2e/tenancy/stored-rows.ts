import { auditIsSettled, type TestSystem } from '../test-system.ts'

/** Of every table with rows of organisations how many an organisation has, and a sum over all their columns. */
export async function rowsOf(system: TestSystem, orgId: string): Promise<Record<string, string>> {
  await auditIsSettled(system)
  const tables = await system.sql<{ name: string; tenant: string }>(`
    select relnamespace::regnamespace || '.' || relname as name,
      case when pg_class.oid = 'auth.organization'::regclass then 'id' else 'org_id' end as tenant
    from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text in ('auth', 'inventory', 'booking', 'audit')
      and (pg_class.oid = 'auth.organization'::regclass or exists (
        select from pg_attribute where attrelid = pg_class.oid and attname = 'org_id'))`)
  if (tables.length < 25) throw new Error(`too few tables to be all: ${tables.length}`)
  const sums = tables.map(
    ({ name, tenant }) =>
      `select '${name}' as name, count(*) || ' rows ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as stored
       from ${name} t where ${tenant} = $1`,
  )
  const counted = await system.sql<{ name: string; stored: string }>(sums.join(' union all '), [orgId])
  return Object.fromEntries(counted.map(({ name, stored }) => [name, stored]))
}

/** Every id an organisation has: of its rows in every table, and its own. */
export async function idsOf({ sql }: TestSystem, orgId: string): Promise<Set<string>> {
  const tables = await sql<{ name: string }>(`
    select relnamespace::regnamespace || '.' || relname as name from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text in ('auth', 'inventory', 'booking', 'audit')
      and 2 = (select count(*) from pg_attribute where attrelid = pg_class.oid and attname in ('org_id', 'id'))`)
  const selects = tables.map(({ name }) => `select id::text from ${name} where org_id = $1`)
  const rows = await sql<{ id: string }>(selects.join(' union '), [orgId])
  return new Set([orgId, ...rows.map(({ id }) => id)])
}
