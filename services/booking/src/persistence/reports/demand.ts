import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { Period } from '../../domain/period.ts'
import type { ReportReads } from '../../use-cases/reports/ports.ts'

/**
 * Who asked for what within the window, and what became of it; docs/reports.md explains it. A booking is granted when it
 * takes its units, so a draft is when it is submitted.
 */
const statement = (orgId: string, { startAt, endAt }: Period): Sql => sql`
  with granted as (
    select distinct item.resource_id, taken.booking_id
    from booking_status_change as taken
    join booking_item as item on item.org_id = taken.org_id and item.booking_id = taken.booking_id
    where taken.org_id = ${orgId} and taken.at >= ${startAt} and taken.at < ${endAt}
      and taken.status in ('PENDING', 'APPROVED', 'CHECKED_OUT')
      and not exists (
        select from booking_status_change as earlier
        where earlier.org_id = taken.org_id and earlier.booking_id = taken.booking_id
          and earlier.position < taken.position and earlier.status <> 'DRAFT')
  ),
  waitlisted as (
    select distinct item.resource_id, entry.id
    from waitlist_entry as entry
    join waitlist_item as item on item.org_id = entry.org_id and item.entry_id = entry.id
    where entry.org_id = ${orgId} and entry.created_at >= ${startAt} and entry.created_at < ${endAt}
  ),
  asked as (
    select resource_id, 1 as granted, 0 as refused, 0 as waitlisted, null::uuid as refused_user from granted
    union all
    select resource_id, 0, 1, 0, user_id from refused_demand
    where org_id = ${orgId} and at >= ${startAt} and at < ${endAt}
    union all
    select resource_id, 0, 0, 1, null from waitlisted
  )
  select resource_id, count(*) as requests, sum(granted) as granted, sum(refused) as refused,
         sum(waitlisted) as waitlisted, count(distinct refused_user) as borrowers_refused,
         round(sum(refused)::numeric / count(*), 4) as share_refused
  from asked group by resource_id`

const COLUMNS = sql`
  d.resource_id, d.requests, d.granted, d.refused, d.waitlisted, d.borrowers_refused, d.share_refused::float8`

export const demandOf =
  (database: Pick<Database, 'read'>): ReportReads['demand'] =>
  (orgId, { resource_id, ...question }, window) =>
    database.read(orgId, (query) =>
      readPage(query, {
        select: COLUMNS,
        from: sql`(${statement(orgId, window)}) as d`,
        derivedAs: 'd',
        where: resource_id === undefined ? [] : [sql`d.resource_id = any(${[...resource_id]}::uuid[])`],
        fields: {
          requests: { expression: sql`d.requests`, type: 'bigint' },
          granted: { expression: sql`d.granted`, type: 'bigint' },
          refused: { expression: sql`d.refused`, type: 'bigint' },
          waitlisted: { expression: sql`d.waitlisted`, type: 'bigint' },
          share_refused: { expression: sql`d.share_refused`, type: 'numeric' },
        },
        id: sql`d.resource_id`,
        request: question,
        scope: ['demand', orgId, question.from, question.to, resource_id],
      }),
    )
