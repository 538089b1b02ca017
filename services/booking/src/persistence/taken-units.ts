import { type Database, sql } from '@kitroom/database'

import type { AvailabilityReads } from '../use-cases/availability/ports.ts'
import type { Ports } from '../use-cases/ports.ts'
import { isOverdue } from './overdue-units.ts'

/**
 * Everything that is taken within a period, whatever it is of. The table holds what is taken now and later and nothing
 * of the past, so this is at most what an organisation has lent or promised.
 */
export const takenUnits =
  (database: Pick<Database, 'read'>): AvailabilityReads['takenUnits'] =>
  (orgId, { startAt, endAt }) =>
    database.read(orgId, (query) =>
      query(sql`
        select distinct unit_id as "unitId", resource_id as "resourceId" from occupancy
        where org_id = ${orgId} and lower(during) < ${endAt}
          and (upper(during) > ${startAt} or ${isOverdue(sql`now()`)})
          and (held_until is null or held_until > clock_timestamp())`),
    )

/**
 * What keeps units of each of the resources at some time of a period, at this moment. A loan that is overdue is left out once
 * its time is over, though it keeps its unit.
 */
export const keptUnits =
  (database: Pick<Database, 'read'>): Ports['keptUnits'] =>
  (orgId, resourceIds, { startAt, endAt }) =>
    database.read(orgId, async (query) => {
      const rows = await query(sql<{ resource_id: string; unit_id: string; start_at: Date; end_at: Date }>`
        select resource_id, unit_id, lower(during) as start_at, upper(during) as end_at from occupancy
        where org_id = ${orgId} and resource_id = any(${[...resourceIds]}::uuid[])
          and during && tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz)
          and (held_until is null or held_until > clock_timestamp())`)
      return rows.map((row) => ({
        resourceId: row.resource_id,
        unitId: row.unit_id,
        period: { startAt: row.start_at, endAt: row.end_at },
      }))
    })
