import { type Query, type Sql, sql } from '@kitroom/database'

import type { Period } from '../domain/period.ts'
import type { OccupancyStore, Schedule } from '../use-cases/ports.ts'

/** A period as PostgreSQL writes it, with its end left out. */
export const range = ({ startAt, endAt }: Period): Sql =>
  sql`tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz)`

/** What keeps a unit, and how firmly. */
export interface KeptRow {
  item_id: string
  unit_id: string
  start_at: Date
  end_at: Date
  pinned: boolean
  collected: boolean
  /** The waitlist entry that is offered it. */
  entry_id: string | null
}

/** An offer stays where it is: its entry was told which units it holds. */
export const isMovable = ({ pinned, collected, entry_id }: KeptRow): boolean =>
  !pinned && !collected && entry_id === null

/** The look before the lock. */
export const keptUnits =
  (query: Query, orgId: string): OccupancyStore['kept'] =>
  async (resourceIds, period) => {
    const rows = await query(sql<KeptRow & { resource_id: string }>`
      select resource_id, item_id, unit_id, lower(during) as start_at, upper(during) as end_at, pinned, collected, entry_id
      from occupancy
      where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[]) and during && ${range(period)}
        and (held_until is null or held_until > clock_timestamp())`)
    const kept = new Map<string, Schedule>()
    for (const row of rows) {
      const schedule = kept.get(row.resource_id) ?? { fixed: [], movable: [] }
      kept.set(row.resource_id, schedule)
      const placement = { unitId: row.unit_id, period: { startAt: row.start_at, endAt: row.end_at } }
      if (isMovable(row)) schedule.movable.push({ ...placement, itemId: row.item_id })
      else schedule.fixed.push(placement)
    }
    return kept
  }
