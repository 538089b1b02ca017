import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Endpoint } from '@kitroom/contracts'
import { scaled } from '@kitroom/testing'

import { enrol, foundOrganization, type Person } from './client.ts'
import { askForAll } from './lists/ask.ts'
import { fill } from './lists/fill.ts'
import { type Asked, fieldsOf, filtersOf, LISTS, trials } from './lists/lists.ts'
import { type Planned, type Plans, stepsOf, watchPlans } from './lists/plans.ts'
import { LARGE, rowId } from './lists/rows.ts'
import { type TestSystem, testSystem } from './test-system.ts'

/** Of each table. */
const ROWS = scaled(50_000, 1_000_000)
/** In which every filter is tried. */
const ORDERS = scaled(1, 9)

let system: TestSystem
let plans: Plans
let large: Person
let small: Person
let student: Person
/** Every table whose rows belong to organisations, with the number of them. */
let tenantTables: ReadonlyMap<string, number>

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
  plans = await watchPlans(system)
}, 1_200_000)
afterAll(async () => {
  await plans[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
}, 60_000)

function trialOf({ name }: Endpoint, asked: Asked) {
  const trial = trials(asked)[name]
  if (trial === undefined) throw new Error(`${name} is a list: say in lists.ts how it is asked for.`)
  return trial
}

const ofLarge = (): Asked => ({ first: 0, busy: student.id })

const scans = ({ text, plan }: Planned): string[] =>
  stepsOf(plan)
    .filter((step) => step['Node Type'] === 'Seq Scan' && tenantTables.has(step['Relation Name'] ?? ''))
    .map((step) => `${step['Relation Name']} is read whole by ${text.replaceAll(/\s+/g, ' ')}`)

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
