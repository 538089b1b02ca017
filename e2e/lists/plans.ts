import { open } from 'node:fs/promises'

import { until } from '../client.ts'
import type { TestSystem } from '../test-system.ts'

/** A statement as the service sent it, with the way PostgreSQL went. */
export interface Planned {
  text: string
  parameters: string
  ms: number
  plan: PlanNode
}

export interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  Plans?: PlanNode[]
}

interface Explained {
  'Query Text': string
  'Query Parameters'?: string
  Plan: PlanNode
}

/** Listens to what the server makes of every statement. */
export interface Plans extends AsyncDisposable {
  /** The statements that a piece of work sent on behalf of an organisation, in order. */
  of: (orgId: string, work: () => Promise<unknown>) => Promise<Planned[]>
}

const TELLING = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_parameter_max_length': '100',
}

/** Has the server explain the statements of all services from now on, as their roles and under their policies. */
export async function watchPlans({ sql, path }: TestSystem): Promise<Plans> {
  const [database] = await sql<{ name: string }>('select quote_ident(current_database()) as name')
  for (const [setting, value] of Object.entries(TELLING))
    await sql(`alter database ${database?.name} set ${setting} = '${value}'`)
  await sql(`alter system set log_line_prefix = '%v|'`)
  await sql('select pg_reload_conf()')
  // The settings are those of new connections.
  await sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'kitroom-%'`)
  const log = await open(`${path}/logs/postgres.log`)
  let read = 0
  let marks = 0

  /** What was logged since the last time. */
  const told = async () => {
    const mark = `mark ${(marks += 1)} is set`
    await sql(`do $$ begin raise log '${mark}'; end $$`)
    const text = await until(
      async () => {
        const { size } = await log.stat()
        return (await log.read({ buffer: Buffer.alloc(size - read), position: read })).buffer
      },
      (logged) => logged.includes(mark),
    )
    read += text.length
    return text.toString()
  }

  return {
    async of(orgId, work) {
      await told()
      await work()
      return entriesFor(orgId, await told())
    },
    [Symbol.asyncDispose]: () => log.close(),
  }
}

/** A statement belongs to the organisation that its transaction was told of. */
function entriesFor(orgId: string, log: string): Planned[] {
  const tenants = new Map<string, string>()
  return log.split(/\n(?=[\d/]*\|)/).flatMap((entry) => {
    const [, transaction = '', ms, json] =
      /^([\d/]*)\|LOG: {2}duration: ([\d.]+) ms {2}plan:\s*(\{.*\})\s*$/s.exec(entry) ?? []
    if (json === undefined) return []
    const explained = JSON.parse(json) as Explained
    const { 'Query Text': text, 'Query Parameters': parameters = '', Plan: plan } = explained
    if (text.includes("set_config('app.org_id'")) tenants.set(transaction, parameters)
    return tenants.get(transaction)?.includes(orgId) === true
      ? [{ text, parameters, ms: Number(ms), plan }]
      : []
  })
}

/** Every step of a plan. */
export const stepsOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(stepsOf)]
