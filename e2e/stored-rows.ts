import { auditIsSettled, type TestSystem } from './test-system.ts'

/** Rows that any request may write, refused or not; everything else is an effect. */
const BOOKKEEPING = ['auth.login_failure', 'booking.refused_demand']

/** Of every table of every service how many rows it has, and a sum over all their columns. */
export async function storedRows(system: TestSystem): Promise<Record<string, string>> {
  await auditIsSettled(system)
  const tables = await system.sql<{ name: string }>(`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema in ('auth', 'inventory', 'booking', 'audit') and table_type = 'BASE TABLE'`)
  const business = tables.map(({ name }) => name).filter((name) => !BOOKKEEPING.includes(name))
  if (business.length < 20) throw new Error(`too few tables to be all: ${business.join(', ')}`)
  const counted = await system.sql<{ name: string; stored: string }>(
    business
      .map(
        (name) =>
          `select '${name}' as name, count(*) || ' rows ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as stored from ${name} t`,
      )
      .join(' union all '),
  )
  return Object.fromEntries(counted.map(({ name, stored }) => [name, stored]))
}
