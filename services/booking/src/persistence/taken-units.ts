import { type Database, sql } from '@kitroom/database'

import type { AvailabilityReads } from '../use-cases/availability/ports.ts'
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
