import { type Query, sql } from '@kitroom/database'

import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const weightsOf = ({ score }: LendingPolicy) => ({
  per_day_waiting: score.perDayWaiting,
  role: score.role,
  late_return: score.lateReturn,
  open_fine: score.openFine,
  active_booking: score.activeBooking,
})

/**
 * Brings up to date what the priority scores of all who wait are made of, or of one person's entries, in one statement
 * (docs/waitlist.md explains it). Precedence is the score that an entry would have had at the beginning of 1970, in points
 * times milliseconds of a day: all scores rise alike from then on, so it orders the line at any time, and nothing is
 * written for entries whose requester did nothing.
 *
 * What counts for or against a person is counted once, whatever the planner expects of how many wait. Rows that somebody is
 * changing are waited for, in the order of their ids, in which everybody locks them.
 */
export async function bringUpToDate(
  query: Query,
  orgId: string,
  policy: LendingPolicy,
  requesterUserId?: string,
): Promise<void> {
  const { score, fine } = policy
  const weights = JSON.stringify(weightsOf(policy))
  const of = requesterUserId === undefined ? sql`true` : sql`requester_user_id = ${requesterUserId}`
  await query(sql`
    with waiting as (
      select id, requester_user_id, requester_role, created_at,
        (precedence, late_returns, open_fines, active_bookings, score_weights) as known
      from waitlist_entry where org_id = ${orgId} and status = 'WAITING' and ${of}
    ), late as materialized (
      select requester_user_id, count(*)::int as returns
      from booking where org_id = ${orgId} and returned_at > end_at and ${of}
        and returned_at > end_at + make_interval(mins => ${fine.graceMinutes})
        and returned_at > clock_timestamp() - interval '365 days'
      group by requester_user_id
    ), owing as materialized (
      select user_id as requester_user_id, count(*)::int as fines
      from fine where org_id = ${orgId} and status = 'OPEN'
      group by user_id
    ), active as materialized (
      select requester_user_id, count(*)::int as bookings
      from booking where org_id = ${orgId} and status in ('PENDING', 'APPROVED', 'CHECKED_OUT') and ${of}
      group by requester_user_id
    ), facts as (
      select id, known, coalesce(returns, 0) as late_returns, coalesce(fines, 0) as open_fines,
        coalesce(bookings, 0) as active_bookings,
        case requester_role when 'admin' then ${score.role.admin}::bigint
          when 'staff' then ${score.role.staff}::bigint else ${score.role.student}::bigint end as role_points,
        round(date_part('epoch', created_at) * 1000)::bigint as created_ms
      from waiting left join late using (requester_user_id) left join owing using (requester_user_id)
        left join active using (requester_user_id)
    ), scored as (
      select id, known, late_returns, open_fines, active_bookings,
        (role_points + late_returns * ${score.lateReturn}::bigint + open_fines * ${score.openFine}::bigint
          + active_bookings * ${score.activeBooking}::bigint) * ${DAY_MS}::bigint
          - created_ms * ${score.perDayWaiting}::bigint as precedence
      from facts
    ), changed as (
      select * from scored
      where known is distinct from (precedence, late_returns, open_fines, active_bookings, ${weights}::text)
    ), locked as (
      select id from waitlist_entry
      where org_id = ${orgId} and id in (select id from changed) order by id for update
    )
    update waitlist_entry e set precedence = changed.precedence, late_returns = changed.late_returns,
      open_fines = changed.open_fines, active_bookings = changed.active_bookings, score_weights = ${weights}
    from changed join locked using (id) where e.org_id = ${orgId} and e.id = changed.id`)
}

/** The ranks of those of the entries that wait, by their ids: their places among all that wait in the organisation. */
export async function ranksOf(
  query: Query,
  orgId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await query(sql<{ id: string; rank: number }>`
    with line as (
      select id, row_number() over (order by precedence desc, created_at, id) as rank
      from waitlist_entry where org_id = ${orgId} and status = 'WAITING'
    )
    select id, rank from line where id = any(${[...ids]}::uuid[])`)
  return new Map(rows.map(({ id, rank }) => [id, rank]))
}
