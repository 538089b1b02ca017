import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Endpoint } from '@kitroom/contracts'
import { scaled, until } from '@kitroom/testing'

import { enrol, foundOrganization, type Person, signedInAgain } from './client.ts'
import { askForAll } from './lists/ask.ts'
import { fill } from './lists/fill.ts'
import { type Asked, fieldsOf, filtersOf, LISTS, trials } from './lists/lists.ts'
import { type Planned, type PlanNode, type Plans, stepsOf, watchPlans } from './lists/plans.ts'
import { LARGE, rowId } from './lists/rows.ts'
import { type TestSystem, testSystem } from './test-system.ts'

/** Of each table. */
const ROWS = scaled(20_000, 1_000_000)
/** In which every filter is tried. */
const ORDERS = scaled(1, 9)

let system: TestSystem
let plans: Plans
let large: Person
let small: Person
let student: Person
/** Every table whose rows belong to organisations, with the number of them. */
let tenantTables: ReadonlyMap<string, number>
/** Every index of theirs, with its table. */
let tenantIndexes: ReadonlyMap<string, string>

beforeAll(async () => {
  system = await testSystem({ env: { LOOKOUT_SECONDS: '999' } })
  const { url, bootstrapToken, sql } = system
  large = await foundOrganization(url, bootstrapToken, 'Large')
  small = await foundOrganization(url, bootstrapToken, 'Small')
  student = await enrol(url, large, 'student')
  await fill(system.adminDatabaseUrl, {
    rows: ROWS,
    large: large.orgId,
    small: small.orgId,
    student: student.id,
  })
  const tables = await sql<{ name: string; rows: number }>(
    `select relname as name, reltuples::int as rows from pg_class where relkind = 'r' and relrowsecurity
       and relnamespace in ('auth'::regnamespace, 'inventory'::regnamespace, 'booking'::regnamespace, 'audit'::regnamespace)`,
  )
  tenantTables = new Map(tables.map(({ name, rows }) => [name, rows]))
  const indexes = await sql<{ name: string; of: string }>(
    `select i.indexrelid::regclass::text as name, t.relname as of from pg_index i join pg_class t on t.oid = i.indrelid
     where t.relkind = 'r' and t.relrowsecurity`,
  )
  tenantIndexes = new Map(indexes.map(({ name, of }) => [name.replace(/^.*\./, ''), of]))
  plans = await watchPlans(system)
}, 1_200_000)
beforeEach(async () => {
  const again = (who: Person) => signedInAgain(system.url, who)
  ;[large, small, student] = await Promise.all([again(large), again(small), again(student)])
  // What the audit does with it is not of the list.
  await until(
    () => system.sql('select 1 from auth.outbox where confirmed_at is null limit 1'),
    (unconfirmed) => unconfirmed.length === 0,
  )
})
afterAll(async () => {
  await plans[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

function trialOf({ name }: Endpoint, asked: Asked) {
  const trial = trials(asked)[name]
  if (trial === undefined) throw new Error(`${name} is a list: say in lists.ts how it is asked for.`)
  return trial
}

const ofLarge = (): Asked => ({ first: 0, busy: student.id })

/**
 * The table that a step reads from end to end. Through an index that is asked for nothing it is no less than that, unless the
 * index is of few rows (those that wait now).
 */
function readWhole(step: PlanNode): string | undefined {
  const [table = '', index = ''] = [step['Relation Name'], step['Index Name']]
  if (step['Node Type'] === 'Seq Scan') return tenantTables.has(table) ? table : undefined
  const of = tenantIndexes.get(index)
  const read = step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)
  const isFew = read < (tenantTables.get(of ?? '') ?? 0) / 100
  return step['Index Cond'] === undefined && !isFew ? of : undefined
}

const scans = ({ text, plan }: Planned): string[] =>
  stepsOf(plan).flatMap((step) => {
    const table = readWhole(step)
    return table === undefined ? [] : [`${table} is read whole by ${text.replaceAll(/\s+/g, ' ')}`]
  })

describe.each(LISTS.map((list) => [`GET ${list.path}`, list] as const))('%s (DOS-5)', (_, list) => {
  it('is tried with every filter that it has', () => {
    expect(Object.keys(trialOf(list, ofLarge()).filters).toSorted()).toEqual(filtersOf(list).toSorted())
    expect(fieldsOf(list)).not.toEqual([])
  })

  it('reads no table from end to end, whichever way it is asked', async () => {
    const asking: [Person, Asked][] = [
      [large, ofLarge()],
      [student, { ...ofLarge(), asStudent: true }],
      [small, { first: LARGE, busy: rowId('0a', LARGE) }],
    ]
    for (const [person, asked] of asking) {
      if (person === student && list.access !== 'student') continue
      if (person !== small && trialOf(list, asked).addsUpMuch) continue
      const planned = await plans.of(person.orgId, () =>
        askForAll(list, person, trialOf(list, asked), ORDERS),
      )
      expect(planned.length).toBeGreaterThan(0)
      expect(new Set(planned.flatMap(scans))).toEqual(new Set())
      // A plan for a table of a few rows would say nothing.
      const steps = planned.flatMap(({ plan }) => stepsOf(plan).map((step) => step['Relation Name'] ?? ''))
      const few = [...new Set(steps)].filter((table) => (tenantTables.get(table) ?? ROWS) < ROWS / 10)
      expect(few).toEqual([])
    }
  }, 600_000)
})
