import { type Query, type Sql, sql } from '@kitroom/database'

import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'

/** Days since the beginning of 1970, with fractions. */
export const days = (instant: Sql): Sql => sql`(extract(epoch from ${instant}) / 86400)`

const weightsOf = ({ score }: LendingPolicy) => ({
  per_day_waiting: score.perDayWaiting,
  role: score.role,
  late_return: score.lateReturn,
  open_fine: score.openFine,
  active_booking: score.activeBooking,
})

/**
 * Brings up to date what the priority scores of all who wait are made of, or of one person's entries, in one statement
 * (docs/waitlist.md explains it). A score is a standing, which changes with facts, and an age, which rises for all alike; so
 * the order of the line is that of the standing less the time of joining, and a line in which nothing happened is
 * written nowhere.
 *
 * Rows that somebody is changing are passed over: they are brought up to date with the next ranking.
 */
export async function bringUpToDate(
  query: Query,
  orgId: string,
  policy: LendingPolicy,
  requesterUserId?: string,
): Promise<void> {
  const weights = JSON.stringify(weightsOf(policy))
  const of = requesterUserId === undefined ? sql`true` : sql`requester_user_id = ${requesterUserId}`
  await query(sql`
    with waiting as (
      select id, requester_user_id, requester_role, created_at
      from waitlist_entry where org_id = ${orgId} and status = 'WAITING' and ${of}
    ), late as (
      select requester_user_id, count(*)::int as returns
      from booking where org_id = ${orgId} and returned_at > end_at and ${of}
        and returned_at > end_at + make_interval(mins => ${policy.fine.graceMinutes})
        and returned_at > clock_timestamp() - interval '365 days'
      group by requester_user_id
    ), owing as (
      select user_id as requester_user_id, count(*)::int as fines
      from fine where org_id = ${orgId} and status = 'OPEN'
      group by user_id
    ), active as (
      select requester_user_id, count(*)::int as bookings
      from booking where org_id = ${orgId} and status in ('PENDING', 'APPROVED', 'CHECKED_OUT') and ${of}
      group by requester_user_id
    ), facts as (
      select id, requester_role, created_at, coalesce(late.returns, 0) as late_returns,
        coalesce(owing.fines, 0) as open_fines, coalesce(active.bookings, 0) as active_bookings
      from waiting left join late using (requester_user_id) left join owing using (requester_user_id)
        left join active using (requester_user_id)
    ), weights as materialized (
      select given, (given -> 'per_day_waiting')::numeric as per_day, (given -> 'late_return')::numeric as per_late,
        (given -> 'open_fine')::numeric as per_fine, (given -> 'active_booking')::numeric as per_booking,
        (given -> 'role' -> 'student')::numeric as student, (given -> 'role' -> 'staff')::numeric as staff,
        (given -> 'role' -> 'admin')::numeric as admin
      from (values (${weights}::jsonb)) as policy (given)
    ), scored as (
      select facts.*, given,
        case requester_role when 'admin' then admin when 'staff' then staff else student end
          + late_returns * per_late + open_fines * per_fine + active_bookings * per_booking
          - per_day * ${days(sql`created_at`)} as precedence
      from facts cross join weights
    ), changed as (
      select scored.* from waitlist_entry e join scored using (id)
      where e.org_id = ${orgId} and (e.precedence <> scored.precedence or e.late_returns <> scored.late_returns
        or e.open_fines <> scored.open_fines or e.active_bookings <> scored.active_bookings
        or e.score_weights <> scored.given)
      order by id for update of e skip locked
    )
    update waitlist_entry e set precedence = changed.precedence, late_returns = changed.late_returns,
      open_fines = changed.open_fines, active_bookings = changed.active_bookings, score_weights = changed.given
    from changed where e.org_id = ${orgId} and e.id = changed.id`)
}

/** Everybody who waits in an organisation, in line. */
export const inLine = (orgId: string): Sql => sql`
  select id as entry_id, row_number() over (order by precedence desc, created_at, id)::int as rank
  from waitlist_entry where org_id = ${orgId} and status = 'WAITING'`
