import { type Database, sql } from '@kitroom/database'

import type { NoShowReads } from '../use-cases/desk/ports.ts'

/** More are found in the next turn. */
const AT_ONCE = 200

/** Where bookings wait to be collected, found as the job; and which of them nobody came for, as the organisation. */
export const noShowReads = (database: Pick<Database, 'read' | 'asRole'>, jobRole: string): NoShowReads => ({
  uncollected: () =>
    database.asRole(jobRole, async (query) => {
      const rows = await query(sql<{ org_id: string }>`
        select distinct org_id from booking where status = 'APPROVED' and start_at <= clock_timestamp()`)
      return rows.map(({ org_id }) => org_id)
    }),

  noShows: (orgId, afterMinutes) =>
    database.read(orgId, async (query) => {
      const rows = await query(sql<{ id: string }>`
        select id from booking
        where org_id = ${orgId} and status = 'APPROVED' and at_risk_since is null
          and start_at <= clock_timestamp() - make_interval(mins => ${afterMinutes})
          and (select max(at) from booking_status_change as change
               where change.org_id = booking.org_id and change.booking_id = booking.id and change.status = 'APPROVED')
            <= clock_timestamp() - make_interval(mins => ${afterMinutes})
        order by start_at, id limit ${AT_ONCE}`)
      return rows.map(({ id }) => id)
    }),
})
