import { type Query, type Sql, sql } from '@kitroom/database'

import type { Placement } from '../domain/allocation/unit-calendar.ts'
import { overlaps, type Period } from '../domain/period.ts'
import type { Schedule } from '../use-cases/ports.ts'
import { isMovable, type KeptRow, range } from './kept-units.ts'
import { isOverdue } from './overdue-units.ts'

/** The same under the lock. */
export interface KeepingRow extends KeptRow {
  /** Of a loan beyond its end. */
  overdue: boolean
  /** Held for an offer that is over. */
  lapsed: boolean
}

/** Far beyond any booking: how long a loan that is overdue keeps its unit, until it comes back. */
const WITHOUT_END = new Date('9999-12-31T00:00:00.000Z')

export const placementOf = (
  row: Pick<KeepingRow, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>,
): Placement => ({
  unitId: row.unit_id,
  period: { startAt: row.start_at, endAt: row.overdue ? WITHOUT_END : row.end_at },
})

/** The rows that keep units of a resource at some time of a period; a loan that is overdue does without end. */
export const keepingRows = (
  query: Query,
  now: Sql,
  orgId: string,
  resourceId: string,
  period: Period,
): Promise<KeepingRow[]> => {
  const overdue = isOverdue(now)
  return query(sql`
    select item_id, unit_id, lower(during) as start_at, upper(during) as end_at, pinned, collected,
      ${overdue} as overdue, entry_id, coalesce(held_until <= clock_timestamp(), false) as lapsed from occupancy
    where org_id = ${orgId} and resource_id = ${resourceId} and during && ${range(period)}
    union
    select item_id, unit_id, lower(during), upper(during), pinned, collected, ${overdue}, null, false from occupancy
    where org_id = ${orgId} and resource_id = ${resourceId} and collected
      and lower(during) < ${period.endAt} and ${overdue}`)
}

/** A period widened by all that could be moved and touches it, or touches one of those, and so on. */
function widened(period: Period, rows: readonly KeepingRow[]): Period {
  const loose = rows.filter(isMovable)
  const window = { ...period }
  for (const row of loose.toSorted((a, b) => a.start_at.getTime() - b.start_at.getTime()))
    if (row.start_at < window.endAt && row.end_at > window.endAt) window.endAt = row.end_at
  for (const row of loose.toSorted((a, b) => b.end_at.getTime() - a.end_at.getTime()))
    if (row.end_at > window.startAt && row.start_at < window.startAt) window.startAt = row.start_at
  return window
}

const isWithin = (inner: Period, outer: Period): boolean =>
  inner.startAt >= outer.startAt && inner.endAt <= outer.endAt

/** As far as was looked, with all that keeps units then, and the part of it that is connected with where the looking began. */
interface Look {
  seen: Period
  rows: KeepingRow[]
  connected: Period
}

/**
 * Looks at a period, and then ever further, until all is seen that is connected with it. Each look goes beyond what is known
 * to matter by as much again on either side, so that a long chain of bookings is read a few times and not once for each link.
 */
async function* looks(
  read: (period: Period) => Promise<KeepingRow[]>,
  period: Period,
): AsyncGenerator<Look, undefined> {
  for (let seen = period; ;) {
    const rows = await read(seen)
    const connected = widened(period, rows)
    yield { seen, rows, connected }
    if (isWithin(connected, seen)) return
    const margin = connected.endAt.getTime() - connected.startAt.getTime()
    seen = {
      startAt: new Date(connected.startAt.getTime() - margin),
      endAt: new Date(connected.endAt.getTime() + margin),
    }
  }
}

/** What matters of a look. What goes on beyond it stays where it is, since nobody knows what keeps the other units then. */
function scheduleOf({ seen, rows, connected }: Look): Schedule {
  const schedule: Schedule = { fixed: [], movable: [] }
  for (const row of rows) {
    const placement = placementOf(row)
    if (!overlaps(placement.period, connected)) continue
    if (isMovable(row) && isWithin(placement.period, seen))
      schedule.movable.push({ ...placement, itemId: row.item_id })
    else schedule.fixed.push(placement)
  }
  return schedule
}

/** What keeps units during a period, then with ever more of what is connected with it by bookings that may be moved. */
export async function* everWider(
  read: (period: Period) => Promise<KeepingRow[]>,
  period: Period,
): AsyncGenerator<Schedule, undefined> {
  for await (const look of looks(read, period)) yield scheduleOf(look)
}

/** For how long a change within a period can matter, by way of bookings that could be moved. */
export async function connectedPeriod(
  query: Query,
  orgId: string,
  resourceId: string,
  period: Period,
): Promise<Period> {
  const all = await Array.fromAsync(
    looks((window) => keepingRows(query, sql`now()`, orgId, resourceId, window), period),
  )
  return all.at(-1)?.connected ?? period
}
