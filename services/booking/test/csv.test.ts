import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type Endpoint,
  ENDPOINTS,
  reportDemand,
  reportNoShows,
  reportOverdue,
  reportUtilization,
} from '@kitroom/contracts'
import { until } from '@kitroom/testing'
import { parse } from 'csv-parse/sync'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.now()
const time = (ms: number) => new Date(NOW + ms).toISOString()
/** A name as somebody may have entered it, or sent it in an import. */
const FORMULA = `=HYPERLINK("http://evil.example","Lamp, bright")`

let system: BookingSystem
let ann: Person
let desk: Person

beforeAll(async () => {
  system = await bookingSystem({ lookoutSeconds: 0.2 })
  const org = randomUUID()
  ann = system.person('student', org)
  desk = system.person('staff', org)

  const post = (path: string, body: object, as = desk) =>
    system.send(as, 'POST', path, { body, key: randomUUID() })
  const book = async (itemOf: string, start: number, end: number, quantity = 1) => {
    const items = [{ resource_id: itemOf, quantity }]
    const times = { start_at: time(start), end_at: time(end) }
    const { body } = await post('/bookings', { ...times, items, on_behalf_of: ann.userId })
    expect((await post(`/bookings/${body.id}/approve`, {})).status).toBe(200)
    return body.id
  }
  for (const name of [FORMULA, '-1 Lamp', 'Plain']) {
    const { id } = system.equip(org, name, 2)
    await book(id, -9 * DAY, -8 * DAY)
    const late = await book(id, -3 * DAY, -DAY, 2)
    await book(id, HOUR, 2 * HOUR, 2)
    const refused = await post('/bookings', {
      start_at: time(HOUR),
      end_at: time(2 * HOUR),
      items: [{ resource_id: id, quantity: 1 }],
    })
    expect(refused.status).toBe(409)
    const handedOut = await post(`/bookings/${late}/checkout`, { picked_up_at: time(-3 * DAY) })
    expect(handedOut.status).toBe(200)
  }
  // Until everybody who waits is flagged, one moment's list may differ from the next one's.
  const risky = async () => (await system.send(desk, 'GET', '/reports/overdue?kind=AT_RISK')).body['total']
  await until(risky, (count) => count === 3)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const get = async (path: string, accept: string, as = desk) => {
  const response = await fetch(`${system.url}${path}`, {
    headers: { 'X-Kitroom-Statement': await system.statementOf(as), Accept: accept },
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** What an entry holds at a column, as a file says it. */
function toldAt(entry: unknown, path: readonly string[]): string {
  if (Array.isArray(entry)) return entry.map((one) => toldAt(one, path)).join('; ')
  const [name, ...rest] = path
  if (name !== undefined) return toldAt((entry as Record<string, unknown> | null)?.[name], rest)
  return typeof entry === 'string' ? entry : JSON.stringify(entry ?? '').replaceAll('"', '')
}
const harmless = (text: string, isNumber: boolean) =>
  !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text

/** Figures that are as old as the question: they differ from one question to the next. */
const AGEING = ['hours_late', 'hours_open', 'hours_lent', 'hours_out', 'utilization', 'utilization_overall']

const REPORTS = [reportUtilization, reportOverdue, reportDemand, reportNoShows]

describe('a report as a file', () => {
  it('is every report there is', () => {
    const reports = ENDPOINTS.filter(({ path }) => path.startsWith('/reports/'))
    expect(reports.map(({ name }) => name)).toEqual(REPORTS.map(({ name }) => name).toSorted())
    expect(reports.every((report: Endpoint) => report.alsoCsv !== undefined)).toBe(true)
  })

  it.each(REPORTS.map((report) => [report.path, report] as const))(
    '%s says what the same list says as JSON, whole whatever the page, and runs nothing',
    async (path, { alsoCsv }) => {
      const file = await get(`${path}?limit=1`, 'text/csv')
      expect([
        file.status,
        file.headers.get('content-type'),
        file.headers.get('content-disposition'),
      ]).toEqual([200, 'text/csv; charset=utf-8; header=present', `attachment; filename="${alsoCsv.file}"`])
      const json = await get(`${path}?limit=100`, 'application/json')
      const { data, total } = JSON.parse(json.text) as { data: Record<string, unknown>[]; total: number }
      expect(data).toHaveLength(total)
      expect(total).toBeGreaterThan(0)

      const [titles = [], ...rows]: string[][] = parse(file.text, { record_delimiter: '\r\n' })
      expect(titles).toEqual(alsoCsv.columns)
      expect(rows).toHaveLength(total)
      const steady = titles.flatMap((title, at) => (AGEING.includes(title) ? [] : [at]))
      expect(rows.map((row) => steady.map((at) => row[at]))).toEqual(
        data.map((entry) =>
          steady.map((at) => {
            const path = titles[at]?.split('.') ?? []
            return harmless(toldAt(entry, path), typeof entry[path[0] ?? ''] === 'number')
          }),
        ),
      )
    },
  )

  it('neutralises names that a spreadsheet would run', async () => {
    const { text } = await get('/reports/demand', 'text/csv')
    expect(text).toContain(`,"'=HYPERLINK(""http://evil.example"",""Lamp, bright"")",`)
    expect(text).toContain(`,'-1 Lamp,`)
    expect(text).toContain(',Plain,')
  })

  it('is refused like the list, in a problem document', async () => {
    const student = await get('/reports/demand', 'text/csv', ann)
    expect([student.status, student.headers.get('content-type')]).toEqual([
      403,
      'application/problem+json; charset=utf-8',
    ])
    expect((await get('/reports/demand?unheard_of=1', 'text/csv')).status).toBe(400)
  })

  it('is filtered and sorted like the list', async () => {
    const { text } = await get('/reports/overdue?kind=OVERDUE&sort=-start_at', 'text/csv')
    expect(text.trim().split('\r\n').slice(1)).toHaveLength(3)
    expect(text).not.toContain('AT_RISK')
  })
})
