import { open } from 'node:fs/promises'

import { until } from '@kitroom/testing'

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
  'Index Cond'?: string
  'Actual Rows': number
  'Rows Removed by Filter'?: number
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

const COLLECTING = {
  log_line_prefix: '%v|',
  logging_collector: 'on',
  log_rotation_age: '0',
  log_rotation_size: '0',
}

/**
 * Has the server explain the statements of all services from now on, as their roles and under their policies.
 * It is started again with a collector of its log, which keeps every entry in one piece: a pipe takes 64 KiB at once, and plans
 * with a thousand ids are longer.
 */
export async function watchPlans({ url, sql, path, processes }: TestSystem): Promise<Plans> {
  const [database] = await sql<{ name: string }>('select quote_ident(current_database()) as name')
  for (const [setting, value] of Object.entries(TELLING))
    await sql(`alter database ${database?.name} set ${setting} = '${value}'`)
  for (const [setting, value] of Object.entries(COLLECTING))
    await sql(`alter system set ${setting} = '${value}'`)
  await processes.postgres?.stop()
  await processes.postgres?.start()
  await until(
    async () => (await fetch(`${url}/health/ready`)).status,
    (status) => status === 200,
    30_000,
  )
  const [collected] = await sql<{ file: string }>('select pg_current_logfile() as file')
  const log = await open(`${path}/postgres/cluster/${collected?.file}`)
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
