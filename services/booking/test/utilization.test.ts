import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { reportUtilization, type Utilization } from '@kitroom/contracts'
import { type Database, openDatabase } from '@kitroom/database'
import { type TestDatabase, testDatabase } from '@kitroom/testing'
import fc from 'fast-check'

import { migrations } from '../src/persistence/migrations/index.ts'
import { utilizationOf } from '../src/persistence/reports/utilization.ts'
import type { Calendar, NamedResource, UtilizationQuestion } from '../src/use-cases/reports/ports.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (text: string) => new Date(`${text}Z`)

let files: TestDatabase
let database: Database

beforeAll(async () => {
  files = await testDatabase('booking', migrations)
  database = openDatabase({ url: files.url, service: 'booking', entities: [] })
})
afterAll(async () => {
  await database.close()
  await files[Symbol.asyncDispose]()
})

const resource = (change: Partial<NamedResource> = {}): NamedResource => ({
  id: randomUUID(),
  name: 'Lamp',
  type: 'Light',
  units: 1,
  deleted: false,
  ...change,
})

interface Loan {
  resourceId: string
  out: Date
  back: Date | null
  unitId?: string
}

/** Writes loans as the desk leaves them: handed out and, unless they are still out, back. */
async function lent(orgId: string, loans: readonly Loan[]): Promise<void> {
  for (const { resourceId, out, back, unitId = randomUUID() } of loans) {
    const bookingId = randomUUID()
    await files.admin(
      `insert into booking (org_id, id, requester_user_id, status, start_at, end_at, created_at, updated_at)
       values ($1, $2, gen_random_uuid(), $3, $4, $4::timestamptz + interval '1 hour', $4, $4)`,
      [orgId, bookingId, back === null ? 'CHECKED_OUT' : 'RETURNED', out],
    )
    await files.admin(
      `insert into booking_item (org_id, id, booking_id, position, resource_id, resource_unit_id, pinned, handed_out_at, returned_at)
       values ($1, gen_random_uuid(), $2, 0, $3, $4, false, $5, $6)`,
      [orgId, bookingId, resourceId, unitId, out, back],
    )
  }
}

const ALWAYS: Calendar = { timezone: 'Europe/Zurich', open: null }
const SORT: UtilizationQuestion['sort'] = [
  { field: 'week', descending: false },
  { field: 'resource_name', descending: false },
]

/** As it leaves: without what the page is cut by. */
const told = (rows: readonly Utilization[]) => rows.map((row) => reportUtilization.alsoCsv.entry.parse(row))

async function report(
  orgId: string,
  resources: readonly NamedResource[],
  question: { from?: Date; to: Date } & Partial<UtilizationQuestion>,
  calendar = ALWAYS,
): Promise<Utilization[]> {
  const asked = { limit: 1_000, sort: SORT, ...question }
  return told((await utilizationOf(database)(orgId, asked, calendar, resources)).data)
}

describe('the use of resources by week', () => {
  it('is the hours lent of the hours of all units, in the weeks of the organisation’s zone', async () => {
    const org = randomUUID()
    const lamp = resource({ units: 2 })
    // Monday 2 March 2026, 00:00 in Zurich, is 23:00 UTC on Sunday.
    const monday = at('2026-03-01T23:00:00.000')
    await lent(org, [
      {
        resourceId: lamp.id,
        out: new Date(monday.getTime() - 10 * HOUR),
        back: new Date(monday.getTime() + 42 * HOUR),
      },
    ])
    const from = new Date(monday.getTime() - 7 * DAY)
    expect(await report(org, [lamp], { from, to: new Date(monday.getTime() + 7 * DAY) })).toEqual([
      {
        resource_id: lamp.id,
        resource_name: 'Lamp',
        resource_type: 'Light',
        week: '2026-W09',
        week_starts_at: '2026-02-22T23:00:00.000Z',
        units: 2,
        hours_open: 168,
        hours_lent: 10,
        hours_out: 10,
        utilization: 0.0298,
        utilization_overall: 0.0774,
      },
      expect.objectContaining({
        week: '2026-W10',
        week_starts_at: '2026-03-01T23:00:00.000Z',
        hours_lent: 42,
        utilization: 0.125,
        utilization_overall: 0.0774,
      }),
    ])
  })

  it.each([
    ['Europe/Zurich', '2026-03-25', '2026-W13', 167],
    ['Europe/Zurich', '2025-10-22', '2025-W43', 169],
    ['Australia/Lord_Howe', '2026-04-01', '2026-W14', 168.5],
    ['Asia/Kolkata', '2026-03-25', '2026-W13', 168],
    ['Europe/Zurich', '2025-12-30', '2026-W01', 168],
    ['Europe/Zurich', '2021-01-02', '2020-W53', 168],
  ])(
    'in %s around %s, %s, has %d hours, all of them lent by who has it all the time',
    async (timezone, day, week, hours) => {
      const org = randomUUID()
      const lamp = resource()
      const noon = at(`${day}T12:00:00.000`).getTime()
      await lent(org, [
        { resourceId: lamp.id, out: new Date(noon - 30 * DAY), back: new Date(noon + 30 * DAY) },
      ])
      const rows = await report(
        org,
        [lamp],
        { from: new Date(noon - 14 * DAY), to: new Date(noon + 14 * DAY) },
        { timezone, open: null },
      )
      expect(rows.find((row) => row.week === week)).toMatchObject({
        hours_open: hours,
        hours_lent: hours,
        utilization: 1,
        utilization_overall: 1,
      })
    },
  )

  it('counts open hours only, of the loans too, and tells how long things were out beside', async () => {
    const org = randomUUID()
    const lamp = resource()
    // Two days of eight hours, of which the second is a Tuesday; the loan is from Monday 13:00 to Tuesday 11:00.
    const open = ['2026-03-02', '2026-03-03'].map((day) => ({
      startAt: at(`${day}T08:00:00.000`),
      endAt: at(`${day}T16:00:00.000`),
    }))
    await lent(org, [
      { resourceId: lamp.id, out: at('2026-03-02T12:00:00.000'), back: at('2026-03-03T10:00:00.000') },
    ])
    const window = { from: at('2026-03-01T23:00:00.000'), to: at('2026-03-08T23:00:00.000') }
    expect(await report(org, [lamp], window, { ...ALWAYS, open })).toMatchObject([
      { hours_open: 16, hours_lent: 6, hours_out: 22, utilization: 0.375 },
    ])
    expect(await report(org, [lamp], window, { ...ALWAYS, open: [] })).toMatchObject([
      { hours_open: 0, hours_lent: 0, hours_out: 22, utilization: null, utilization_overall: null },
    ])
  })

  it('ends where the question ends, and never later than now; what is out counts until then', async () => {
    const org = randomUUID()
    const lamp = resource()
    const now = Date.now()
    await lent(org, [{ resourceId: lamp.id, out: new Date(now - 3 * HOUR), back: null }])
    const rows = await report(org, [lamp], { from: new Date(now - 6 * HOUR), to: new Date(now + 30 * DAY) })
    const sum = (of: 'hours_open' | 'hours_lent') => rows.reduce((total, row) => total + row[of], 0)
    expect(sum('hours_open')).toBeCloseTo(6, 1)
    expect(sum('hours_lent')).toBeCloseTo(3, 1)
    expect(rows.at(-1)?.utilization_overall).toBeCloseTo(0.5, 2)
  })

  it('has nothing to tell of a time that has not begun', async () => {
    const org = randomUUID()
    const lamp = resource()
    const now = Date.now()
    const loans = Array.from({ length: 20 }, (_, n) => ({
      resourceId: lamp.id,
      out: new Date(now - (n + 2) * DAY),
      back: new Date(now - (n + 1) * DAY),
    }))
    await lent(org, loans)
    await lent(org, [{ resourceId: lamp.id, out: new Date(now - HOUR), back: null }])
    for (const days of [1, 6, 30]) {
      const from = new Date(now + days * DAY)
      expect(await report(org, [lamp], { from, to: new Date(from.getTime() + 9_000) })).toEqual([])
    }
  })

  it('has every resource, deleted ones only if they were lent, and more units when more were lent', async () => {
    const org = randomUUID()
    const [idle, gone, missed, few] = [
      resource({ name: 'Idle' }),
      resource({ name: 'Gone', deleted: true, units: 0 }),
      resource({ name: 'Missed', deleted: true }),
      resource({ name: 'Few' }),
    ]
    const week = { from: at('2026-03-01T23:00:00.000'), to: at('2026-03-08T23:00:00.000') }
    const loan = { out: at('2026-03-03T00:00:00.000'), back: at('2026-03-04T00:00:00.000') }
    await lent(org, [
      { resourceId: gone.id, ...loan },
      { resourceId: few.id, ...loan },
      { resourceId: few.id, ...loan },
    ])
    const rows = await report(org, [idle, gone, missed, few], week)
    expect(rows.map(({ resource_name, units, hours_lent }) => [resource_name, units, hours_lent])).toEqual([
      ['Few', 2, 48],
      ['Gone', 1, 24],
      ['Idle', 1, 0],
    ])
  })

  it('is never more than all of it, though a loan was entered over another', async () => {
    const org = randomUUID()
    const lamp = resource()
    const [from, to] = [at('2026-03-01T23:00:00.000'), at('2026-03-08T23:00:00.000')]
    const unitId = randomUUID()
    await lent(org, [
      { resourceId: lamp.id, out: from, back: to, unitId },
      { resourceId: lamp.id, out: from, back: to, unitId },
    ])
    expect(await report(org, [lamp], { from, to })).toMatchObject([
      { units: 1, hours_lent: 336, utilization: 1, utilization_overall: 1 },
    ])
  })

  it('is of the twelve weeks up to the end when no start is given', async () => {
    const rows = await report(randomUUID(), [resource()], { to: at('2026-03-04T12:00:00.000') })
    expect(rows.map(({ week }) => week)).toEqual([
      '2025-W51',
      '2025-W52',
      ...Array.from({ length: 10 }, (_, index) => `2026-W${String(index + 1).padStart(2, '0')}`),
    ])
    expect([rows[0]?.hours_open, rows.at(-1)?.hours_open]).toEqual([168, 61])
  })

  it('tells nothing of another organisation', async () => {
    const lamp = resource()
    const [from, to] = [at('2026-03-01T23:00:00.000'), at('2026-03-08T23:00:00.000')]
    await lent(randomUUID(), [{ resourceId: lamp.id, out: from, back: to }])
    expect(await report(randomUUID(), [lamp], { from, to })).toMatchObject([{ hours_out: 0, utilization: 0 }])
  })

  it.each<UtilizationQuestion['sort'][number]['field']>([
    'utilization',
    'utilization_overall',
    'hours_lent',
    'resource_name',
    'week',
  ])('sorted by %s comes in pages that hold every row once', async (field) => {
    const org = randomUUID()
    const resources = Array.from({ length: 5 }, () => resource({ name: 'Same' }))
    const [from, to] = [at('2026-02-01T23:00:00.000'), at('2026-03-08T23:00:00.000')]
    await lent(
      org,
      resources
        .slice(0, 2)
        .map(({ id }) => ({ resourceId: id, out: at('2026-02-10T00:00:00.000'), back: to })),
    )
    for (const descending of [false, true]) {
      const question = { from, to, limit: 4, sort: [{ field, descending }] }
      const whole = await report(org, resources, { ...question, limit: 1_000 })
      expect(whole).toHaveLength(25)
      const pages: Utilization[] = []
      for (let cursor: string | undefined; ;) {
        const page = await utilizationOf(database)(org, { ...question, cursor }, ALWAYS, resources)
        pages.push(...told(page.data))
        if (page.next_cursor === null) break
        cursor = page.next_cursor
      }
      expect(pages).toEqual(whole)
      const second = await utilizationOf(database)(org, { ...question, page: 2 }, ALWAYS, resources)
      expect([second.total, told(second.data)]).toEqual([25, whole.slice(4, 8)])
    }
  })

  it('is what adding up hour by hour gives, whatever is lent and open', async () => {
    const start = at('2026-03-22T23:00:00.000').getTime()
    const weeks = [0, 1, 2].map((index) => ({
      // The second of these weeks begins after an hour that the clocks left out.
      from: index === 0 ? 0 : index * 7 * 24 - 1,
      to: (index + 1) * 7 * 24 - 1,
    }))
    const hours = weeks.at(-1)?.to ?? 0
    const span = fc
      .tuple(fc.integer({ min: -20, max: hours + 20 }), fc.integer({ min: 1, max: 100 }))
      .map(([from, length]) => ({ from, to: from + length }))
    const holds = (spans: readonly { from: number; to: number }[], hour: number) =>
      spans.filter(({ from, to }) => from <= hour && hour < to).length
    const apart = (spans: readonly { from: number; to: number }[]) =>
      spans
        .toSorted((a, b) => a.from - b.from)
        .filter((one, index, sorted) => sorted.slice(0, index).every((earlier) => earlier.to <= one.from))
    const date = (hour: number) => new Date(start + hour * HOUR)

    await fc.assert(
      fc.asyncProperty(
        fc.array(span, { maxLength: 6 }),
        fc.option(fc.array(span, { maxLength: 8 }).map(apart)),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 101, max: hours }),
        async (loans, open, units, from, to) => {
          const org = randomUUID()
          const lamp = resource({ units })
          await lent(
            org,
            loans.map((loan) => ({ resourceId: lamp.id, out: date(loan.from), back: date(loan.to) })),
          )
          const rows = await report(
            org,
            [lamp],
            { from: date(from), to: date(to) },
            {
              timezone: 'Europe/Zurich',
              open: open?.map((one) => ({ startAt: date(one.from), endAt: date(one.to) })) ?? null,
            },
          )
          const expected = weeks
            .map((week) => ({ from: Math.max(from, week.from), to: Math.min(to, week.to) }))
            .filter((week) => week.from < week.to)
            .map((week) => {
              const each = Array.from({ length: week.to - week.from }, (_, index) => week.from + index)
              const whenOpen = each.filter((hour) => open === null || holds(open, hour) > 0)
              const together = loans.filter((loan) => loan.from < week.to && loan.to > week.from).length
              const sum = (these: readonly number[]) =>
                these.reduce((total, hour) => total + holds(loans, hour), 0)
              return [whenOpen.length, sum(whenOpen), sum(each), Math.max(units, together)]
            })
          expect(
            rows.map(({ hours_open, hours_lent, hours_out, units }) => [
              hours_open,
              hours_lent,
              hours_out,
              units,
            ]),
          ).toEqual(expected)
        },
      ),
      { numRuns: 60 },
    )
  })
})
