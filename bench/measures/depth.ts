import type { Figure, Measure } from '../measure.ts'
import type { Bench, Person } from '../stack/bench.ts'
import { fillAudit, fillBookings, fillInventory } from '../stack/fill.ts'
import { interleaved, median } from '../statistics.ts'

const ROWS = 1_000_000
const UNITS = 20_000
const PAGE = 100
const ROUNDS = 7
const EACH = 40
const HOUR = 3_600_000

/** Whether a list's pages far behind take longer than its first. */
export const depth: Measure = {
  name: 'depth',
  async run(bench, say) {
    const { admin } = await bench.organization(0)
    await fillInventory(bench, admin.orgId, UNITS)
    say(`writing ${ROWS} bookings, which takes some minutes`)
    const from = new Date(Math.ceil(Date.now() / HOUR) * HOUR)
    const { orgId, id: userId } = admin
    await fillBookings(bench, { orgId, userId, bookings: ROWS, units: UNITS, from })
    say(`writing ${ROWS} events`)
    await fillAudit(bench, orgId, ROWS)
    const figures: Figure[] = []
    for (const path of ['/audit', '/bookings?sort=-created_at']) {
      const deep = await cursorAt(bench, admin, path, say)
      const first = withParams(path, { limit: String(PAGE), cursor: await secondPage(bench, admin, path) })
      const p50 = await interleaved(ROUNDS, {
        first: () => p50Of(bench, admin, first),
        deep: () => p50Of(bench, admin, withParams(path, { limit: String(PAGE), cursor: deep })),
      })
      figures.push({
        name: `GET ${path} by cursor at depth ${ROWS} ÷ first pages`,
        value: p50.deep / p50.first,
        unit: 'ratio',
        goal: { atMost: 1.2 },
        parts: { first_ms: p50.first, deep_ms: p50.deep },
      })
    }
    return figures
  },
}

const withParams = (path: string, params: Record<string, string>): string =>
  `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(params).toString()}`

interface Page {
  next_cursor: string | null
}

async function pageAt(bench: Bench, { headers }: Person, path: string): Promise<Page> {
  const { status, text } = await bench.gateway.send({ path, headers })
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text.slice(0, 300)}`)
  return JSON.parse(text) as Page
}

const secondPage = async (bench: Bench, person: Person, path: string): Promise<string> =>
  (await pageAt(bench, person, withParams(path, { limit: String(PAGE) }))).next_cursor ?? ''

/** Walks the whole list, since a cursor cannot be made up. */
async function cursorAt(
  bench: Bench,
  person: Person,
  path: string,
  say: (text: string) => void,
): Promise<string> {
  let cursor = await secondPage(bench, person, path)
  for (let rows = PAGE; rows < ROWS - 3 * PAGE; rows += PAGE) {
    cursor =
      (await pageAt(bench, person, withParams(path, { limit: String(PAGE), cursor }))).next_cursor ?? cursor
    if (rows % 200_000 === 0) say(`${path}: ${rows} rows behind us`)
  }
  return cursor
}

async function p50Of(bench: Bench, { headers }: Person, path: string): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < EACH; index++) times.push((await bench.gateway.send({ path, headers })).ms)
  return median(times)
}
