import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { Period } from '../../domain/period.ts'
import type { ReportReads } from '../../use-cases/reports/ports.ts'
import { utc } from '../utc.ts'

/**
 * Whose bookings of the window nobody came for, beside those that were collected; docs/reports.md explains it. Whose units
 * may not have been there is not blamed.
 */
const statement = (orgId: string, { startAt, endAt }: Period): Sql => sql`
  with due as (
    select requester_user_id as user_id, id, start_at, no_show_at is not null as released,
           status = 'APPROVED' as never_collected
    from booking
    where org_id = ${orgId} and start_at >= ${startAt} and start_at < ${endAt}
      and (no_show_at is not null or status in ('CHECKED_OUT', 'RETURNED')
        or status = 'APPROVED' and end_at <= now() and at_risk_since is null)
  ),
  judged as (
    select *, released or never_collected as missed from due
  )
  select user_id, count(*) as bookings, count(*) filter (where missed) as no_shows,
         count(*) filter (where released) as released,
         count(*) filter (where never_collected and not released) as never_collected,
         round(count(*) filter (where missed)::numeric / count(*), 4) as share,
         max(start_at) filter (where missed) as latest_start_at,
         ((array_agg(id order by start_at desc, id) filter (where missed))[1:50])::text[] as booking_ids
  from judged group by user_id having bool_or(missed)`

const COLUMNS = sql`
  n.user_id, n.no_shows, n.released, n.never_collected, n.bookings, n.share::float8,
  ${utc('n.latest_start_at')} as latest_start_at, n.booking_ids`

export const noShowsOf =
  (database: Pick<Database, 'read'>): ReportReads['noShows'] =>
  (orgId, question, window) =>
    database.read(orgId, (query) =>
      readPage(query, {
        select: COLUMNS,
        from: sql`(${statement(orgId, window)}) as n`,
        derivedAs: 'n',
        where: [],
        fields: {
          no_shows: { expression: sql`n.no_shows`, type: 'bigint' },
          share: { expression: sql`n.share`, type: 'numeric' },
          latest_start_at: { expression: sql`n.latest_start_at`, type: 'timestamptz' },
        },
        id: sql`n.user_id`,
        request: question,
        scope: ['no-shows', orgId, question.from, question.to],
      }),
    )
