import { type Query, type Sql, sql } from '@kitroom/database'

import type { Period } from '../domain/period.ts'
import type { OccupancyStore } from '../use-cases/ports.ts'

/** A period as PostgreSQL writes it, with its end left out. */
export const range = ({ startAt, endAt }: Period): Sql =>
  sql`tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz)`

interface KeptRow {
  resource_id: string
  unit_id: string
  start_at: Date
  end_at: Date
}

/** The look before the lock. */
export const keptUnits =
  (query: Query, orgId: string): OccupancyStore['kept'] =>
  async (resourceIds, period) => {
    const rows = await query(sql<KeptRow>`
      select resource_id, unit_id, lower(during) as start_at, upper(during) as end_at from occupancy
      where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[]) and during && ${range(period)}
        and (held_until is null or held_until > clock_timestamp())`)
    return rows.map((row) => ({
      resourceId: row.resource_id,
      unitId: row.unit_id,
      period: { startAt: row.start_at, endAt: row.end_at },
    }))
  }
