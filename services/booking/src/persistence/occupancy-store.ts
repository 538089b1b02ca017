import { type Query, type Sql, sql, type Transaction } from '@kitroom/database'

import type { Placement } from '../domain/allocation/unit-calendar.ts'
import { type Claim, keptBy } from '../domain/claim.ts'
import type { Period } from '../domain/period.ts'
import type { OccupancyStore, Schedule } from '../use-cases/ports.ts'
import { keptUnits, range } from './kept-units.ts'
import { isOverdue } from './overdue-units.ts'

interface Row {
  item_id: string
  unit_id: string
  start_at: Date
  end_at: Date
  pinned: boolean
  collected: boolean
  /** Of a loan beyond its end. */
  overdue: boolean
  /** The waitlist entry that is offered it. */
  entry_id: string | null
  /** Held for an offer that is over. */
  lapsed: boolean
}

/** Far beyond any booking: how long a loan that is overdue keeps its unit, until it comes back. */
const WITHOUT_END = new Date('9999-12-31T00:00:00.000Z')

/** The name of the advisory lock under which the units of a resource are taken and moved (docs/decisions/0003). */
const lockName = (orgId: string, resourceId: string) => `booking:resource:${orgId}:${resourceId}`

/** An offer stays where it is: its entry was told which units it holds. */
const isMovable = (row: Row): boolean => !row.pinned && !row.collected && row.entry_id === null

const placementOf = (row: Pick<Row, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>): Placement => ({
  unitId: row.unit_id,
  period: { startAt: row.start_at, endAt: row.overdue ? WITHOUT_END : row.end_at },
})

function scheduleOf(rows: readonly Row[]): Schedule {
  const schedule: Schedule = { fixed: [], movable: [] }
  for (const row of rows) {
    const placement = placementOf(row)
    if (!isMovable(row)) schedule.fixed.push(placement)
    else schedule.movable.push({ ...placement, itemId: row.item_id })
  }
  return schedule
}

/** The rows that keep units of a resource at some time of a period; a loan that is overdue does without end. */
const overlapping = (
  query: Query,
  now: Sql,
  orgId: string,
  resourceId: string,
  period: Period,
): Promise<Row[]> => {
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
function widened(period: Period, rows: readonly Row[]): Period {
  const loose = rows.filter(isMovable)
  const window = { ...period }
  for (const row of loose.toSorted((a, b) => a.start_at.getTime() - b.start_at.getTime()))
    if (row.start_at < window.endAt && row.end_at > window.endAt) window.endAt = row.end_at
  for (const row of loose.toSorted((a, b) => b.end_at.getTime() - a.end_at.getTime()))
    if (row.end_at > window.startAt && row.start_at < window.startAt) window.startAt = row.start_at
  return window
}

/**
 * The widened period, and what keeps units in it. Each look goes beyond what is known to matter by as much again on either
 * side, so that a long chain of bookings is read a few times and not once for each of its links.
 */
async function connected(
  read: (window: Period) => Promise<Row[]>,
  period: Period,
): Promise<{ window: Period; rows: Row[] }> {
  let seen = period
  for (;;) {
    const rows = await read(seen)
    const window = widened(period, rows)
    if (window.startAt >= seen.startAt && window.endAt <= seen.endAt) {
      const matters = (row: Row) =>
        row.start_at < window.endAt && (row.overdue || row.end_at > window.startAt)
      return { window, rows: rows.filter(matters) }
    }
    const margin = window.endAt.getTime() - window.startAt.getTime()
    seen = {
      startAt: new Date(window.startAt.getTime() - margin),
      endAt: new Date(window.endAt.getTime() + margin),
    }
  }
}

/** For how long a change within a period can matter, by way of bookings that could be moved. */
export const connectedPeriod = async (
  query: Query,
  orgId: string,
  resourceId: string,
  period: Period,
): Promise<Period> =>
  (await connected((window) => overlapping(query, sql`now()`, orgId, resourceId, window), period)).window

/**
 * The table that says which unit is taken when.
 * @param write brings the tables of bookings and entries up to date first
 * @param lapse ends those of the entries whose offers are over
 */
export function occupancyStore(
  { query, send, lock, now }: Transaction,
  orgId: string,
  write: () => Promise<void>,
  lapse: (entryIds: readonly string[]) => Promise<void>,
): OccupancyStore {
  /** What holds a unit for an offer that is over must go first, expirer or no expirer (WTL-4). */
  const read = async (resourceId: string, period: Period): Promise<Row[]> => {
    const rows = await overlapping(query, sql`${now}::timestamptz`, orgId, resourceId, period)
    const lapsed = rows.flatMap((row) => (row.lapsed && row.entry_id !== null ? [row.entry_id] : []))
    if (lapsed.length === 0) return rows
    await lapse([...new Set(lapsed)].sort())
    return overlapping(query, sql`${now}::timestamptz`, orgId, resourceId, period)
  }

  /** Units that were with somebody else at an instant and are back. */
  const wereOut = (bookingId: string, unitIds: readonly string[], at: Date): Sql => sql`
    select resource_unit_id as unit_id, handed_out_at as start_at, returned_at as end_at, false as overdue from booking_item
    where org_id = ${orgId} and resource_unit_id = any(${[...unitIds]}::uuid[])
      and booking_id <> ${bookingId} and handed_out_at <= ${at} and returned_at > ${at}`

  return {
    lock: (resourceIds) => lock(resourceIds.map((resourceId) => lockName(orgId, resourceId))),

    async around(resourceId, period, reach) {
      const readWindow = (window: Period) => read(resourceId, window)
      const rows =
        reach === 'connected' ? (await connected(readWindow, period)).rows : await readWindow(period)
      return scheduleOf(rows)
    },

    kept: keptUnits(query, orgId),

    async take(claim: Claim) {
      await write()
      const { holder, keeps, claimed } = claim
      const { bookingId, entryId, until } = { bookingId: null, entryId: null, until: null, ...holder }
      send(sql`
        insert into occupancy
          (org_id, item_id, booking_id, entry_id, held_until, resource_id, unit_id, during, pinned, collected)
        select ${orgId}::uuid, item_id, ${bookingId}::uuid, ${entryId}::uuid, ${until}::timestamptz,
          resource_id, unit_id, tstzrange(start_at, ${keeps.endAt}), pinned, collected
        from unnest(${claimed.map(({ id }) => id)}::uuid[], ${claimed.map(({ resourceId }) => resourceId)}::uuid[],
                    ${claimed.map(({ resourceUnitId }) => resourceUnitId)}::uuid[],
                    ${claimed.map((item) => keptBy(claim, item).startAt)}::timestamptz[],
                    ${claimed.map(({ pinned }) => pinned)}::bool[], ${claimed.map(({ out }) => out)}::bool[])
          as item (item_id, resource_id, unit_id, start_at, pinned, collected)`)
    },

    move(moves) {
      send(sql`
        update occupancy set unit_id = moved.unit_id
        from unnest(${moves.map(({ itemId }) => itemId)}::uuid[], ${moves.map(({ to }) => to)}::uuid[]) as moved (item_id, unit_id)
        where org_id = ${orgId} and occupancy.item_id = moved.item_id`)
    },

    free(bookingId) {
      send(sql`delete from occupancy where org_id = ${orgId} and booking_id = ${bookingId}`)
    },

    async stranded(resourceId, lendable) {
      const rows = await query(sql<{ item_id: string }>`
        select item_id from occupancy
        where org_id = ${orgId} and resource_id = ${resourceId} and not collected
          and unit_id <> all(${[...lendable]}::uuid[]) and upper(during) > ${now}`)
      return rows.map((row) => row.item_id)
    },

    async ofOthers(bookingId, unitIds, { at, period }) {
      const during = period === null ? sql`'empty'::tstzrange` : range(period)
      const rows = await query(sql<Pick<Row, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>>`
        select unit_id, lower(during) as start_at, upper(during) as end_at,
          ${isOverdue(sql`${now}::timestamptz`)} as overdue from occupancy
        where org_id = ${orgId} and unit_id = any(${[...unitIds]}::uuid[])
          and booking_id is distinct from ${bookingId} and (collected or during && ${during})
          and (held_until is null or held_until > clock_timestamp())
        union all ${wereOut(bookingId, unitIds, at)}
        order by unit_id, start_at`)
      return rows.map(placementOf)
    },

    async hadBy({ unitIds, butBy, at }) {
      const rows = await query(sql<Pick<Row, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>>`
        ${wereOut(butBy, unitIds, at)} order by unit_id, start_at`)
      return rows.map(placementOf)
    },

    freeItems(itemIds) {
      send(sql`delete from occupancy where org_id = ${orgId} and item_id = any(${[...itemIds]}::uuid[])`)
    },

    async settleFrees(resourceIds, { startAt, endAt }) {
      await query(sql`
        select from occupancy
        where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[])
          and lower(during) < ${endAt} and (upper(during) > ${startAt} or collected)
        order by item_id for share`)
    },

    async pass(entryId, bookingId) {
      await write()
      const passed = await query(sql`
        update occupancy set booking_id = ${bookingId}, entry_id = null, held_until = null
        where org_id = ${orgId} and entry_id = ${entryId} and held_until > clock_timestamp() returning item_id`)
      return passed.length
    },

    async release(entryIds) {
      if (entryIds.length === 0) return
      await write()
      await query(sql`
        delete from occupancy where org_id = ${orgId} and entry_id = any(${[...entryIds]}::uuid[])`)
    },

    collect(itemIds, at) {
      send(sql`
        update occupancy set collected = true, during = tstzrange(least(lower(during), ${at}), upper(during))
        where org_id = ${orgId} and item_id = any(${[...itemIds]}::uuid[])`)
    },
  }
}
