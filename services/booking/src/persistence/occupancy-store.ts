import { type Sql, sql, type Transaction } from '@kitroom/database'

import { type Claim, keptBy } from '../domain/claim.ts'
import type { Period } from '../domain/period.ts'
import type { OccupancyStore, Schedule } from '../use-cases/ports.ts'
import { isOverdue } from './overdue-units.ts'

interface Row {
  item_id: string
  unit_id: string
  start_at: Date
  end_at: Date
  pinned: boolean
  collected: boolean
  held: boolean
  overdue: boolean
}

/** Far beyond any booking: how long a loan that is overdue keeps its unit, until it comes back. */
const WITHOUT_END = new Date('9999-12-31T00:00:00.000Z')

/** Widening is over after a few rounds for any real resource; this many chained bookings are as good as all. */
const MAX_WIDENINGS = 1000

const range = ({ startAt, endAt }: Period): Sql =>
  sql`tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz)`

/** The name of the advisory lock under which the units of a resource are taken and moved (docs/decisions/0003). */
const lockName = (orgId: string, resourceId: string) => `booking:resource:${orgId}:${resourceId}`

/** An offer stays where it is: its entry was told which units it holds. */
const isMovable = (row: Row): boolean => !row.pinned && !row.collected && !row.held

function scheduleOf(rows: readonly Row[], now: Date): Schedule {
  const schedule: Schedule = { fixed: [], movable: [] }
  for (const row of rows) {
    // What was handed out early is away already.
    const startAt = row.collected && row.start_at > now ? now : row.start_at
    const period = { startAt, endAt: row.overdue ? WITHOUT_END : row.end_at }
    const placement = { unitId: row.unit_id, period }
    if (!isMovable(row)) schedule.fixed.push(placement)
    else schedule.movable.push({ ...placement, itemId: row.item_id })
  }
  return schedule
}

/** The table that says which unit is taken when. `write` brings the bookings' own tables up to date first. */
export function occupancyStore(
  { query, lock, now }: Transaction,
  orgId: string,
  write: () => Promise<void>,
): OccupancyStore {
  const overdue = isOverdue(sql`${now}`)
  const overlapping = (resourceId: string, period: Period) =>
    query(sql<Row>`
      select item_id, unit_id, lower(during) as start_at, upper(during) as end_at, pinned, collected,
        entry_id is not null as held, ${overdue} as overdue from occupancy
      where org_id = ${orgId} and resource_id = ${resourceId} and during && ${range(period)}
      union
      select item_id, unit_id, lower(during), upper(during), pinned, collected, false, ${overdue} from occupancy
      where org_id = ${orgId} and resource_id = ${resourceId} and collected and least(lower(during), ${now}) < ${period.endAt}
        and (lower(during) > ${now} and upper(during) > ${period.startAt} or ${overdue})`)

  return {
    lock: (resourceIds) => lock(resourceIds.map((resourceId) => lockName(orgId, resourceId))),

    async around(resourceId, period, reach) {
      let window = period
      let rows = await overlapping(resourceId, window)
      for (let round = 0; reach === 'connected' && round < MAX_WIDENINGS; round++) {
        const loose = rows.filter(isMovable)
        const wider = {
          startAt: new Date(
            Math.min(window.startAt.getTime(), ...loose.map((row) => row.start_at.getTime())),
          ),
          endAt: new Date(Math.max(window.endAt.getTime(), ...loose.map((row) => row.end_at.getTime()))),
        }
        if (wider.startAt >= window.startAt && wider.endAt <= window.endAt) break
        window = wider
        rows = await overlapping(resourceId, window)
      }
      return scheduleOf(rows, now)
    },

    async take(claim: Claim) {
      await write()
      const { holder, keeps, claimed } = claim
      const { bookingId, entryId, until } = { bookingId: null, entryId: null, until: null, ...holder }
      await query(sql`
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

    async move(moves) {
      await query(sql`
        update occupancy set unit_id = moved.unit_id
        from unnest(${moves.map(({ itemId }) => itemId)}::uuid[], ${moves.map(({ to }) => to)}::uuid[]) as moved (item_id, unit_id)
        where org_id = ${orgId} and occupancy.item_id = moved.item_id`)
    },

    async free(bookingId) {
      await query(sql`delete from occupancy where org_id = ${orgId} and booking_id = ${bookingId}`)
    },

    async stranded(resourceId, lendable) {
      const rows = await query(sql<{ item_id: string }>`
        select item_id from occupancy
        where org_id = ${orgId} and resource_id = ${resourceId} and not collected
          and unit_id <> all(${[...lendable]}::uuid[]) and upper(during) > ${now}`)
      return rows.map((row) => row.item_id)
    },

    async withOthers(bookingId, unitIds) {
      const rows = await query(sql<{ unit_id: string; start_at: Date; end_at: Date; overdue: boolean }>`
        select unit_id, lower(during) as start_at, upper(during) as end_at, ${overdue} as overdue from occupancy
        where org_id = ${orgId} and collected and unit_id = any(${[...unitIds]}::uuid[])
          and booking_id <> ${bookingId}
        order by unit_id`)
      return rows.map((row) => ({
        unitId: row.unit_id,
        period: { startAt: row.start_at, endAt: row.overdue ? WITHOUT_END : row.end_at },
      }))
    },

    async freeItems(itemIds) {
      await query(
        sql`delete from occupancy where org_id = ${orgId} and item_id = any(${[...itemIds]}::uuid[])`,
      )
    },

    async collect(itemIds) {
      await query(sql`
        update occupancy set collected = true
        where org_id = ${orgId} and item_id = any(${[...itemIds]}::uuid[])`)
    },
  }
}
