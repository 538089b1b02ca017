import { type Sql, sql } from '@kitroom/database'

/**
 * Whether a row of `occupancy` is of a loan beyond its end: then the unit is kept until it is back. The row itself lasts
 * longer than the loan by the buffer.
 * @param now the instant that counts
 */
export const isOverdue = (now: Sql): Sql => sql`
  (occupancy.collected and exists (
    select from booking as loan
    where loan.org_id = occupancy.org_id and loan.id = occupancy.booking_id
      and loan.status = 'CHECKED_OUT' and loan.end_at <= ${now}))`
