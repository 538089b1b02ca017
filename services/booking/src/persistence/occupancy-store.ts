import { type Sql, sql, type Transaction } from '@kitroom/database'

import { type Claim, keptBy } from '../domain/claim.ts'
import type { Period } from '../domain/period.ts'
import type { OccupancyStore } from '../use-cases/ports.ts'
import { keptUnits, range } from './kept-units.ts'
import { isOverdue } from './overdue-units.ts'
import { everWider, type KeepingRow, keepingRows, placementOf } from './schedules.ts'

/** The name of the advisory lock under which the units of a resource are taken and moved (docs/decisions/0003). */
const lockName = (orgId: string, resourceId: string) => `booking:resource:${orgId}:${resourceId}`

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
  const read = async (resourceId: string, period: Period): Promise<KeepingRow[]> => {
    const keeping = () => keepingRows(query, sql`${now}::timestamptz`, orgId, resourceId, period)
    const rows = await keeping()
    const lapsed = rows.flatMap((row) => (row.lapsed && row.entry_id !== null ? [row.entry_id] : []))
    if (lapsed.length === 0) return rows
    await lapse([...new Set(lapsed)].sort())
    return keeping()
  }

  /** Units that were with somebody else at an instant and are back. */
  const wereOut = (bookingId: string, unitIds: readonly string[], at: Date): Sql => sql`
    select resource_unit_id as unit_id, handed_out_at as start_at, returned_at as end_at, false as overdue from booking_item
    where org_id = ${orgId} and resource_unit_id = any(${[...unitIds]}::uuid[])
      and booking_id <> ${bookingId} and handed_out_at <= ${at} and returned_at > ${at}`

  return {
    lock: (resourceIds) => lock(resourceIds.map((resourceId) => lockName(orgId, resourceId))),

    around: (resourceId, period) => everWider((window) => read(resourceId, window), period),

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
      const rows = await query(sql<Pick<KeepingRow, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>>`
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
      const rows = await query(sql<Pick<KeepingRow, 'unit_id' | 'start_at' | 'end_at' | 'overdue'>>`
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
