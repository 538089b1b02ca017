import { type Database, readPage, sql } from '@kitroom/database'

import type { BareOverdue, ReportReads } from '../../use-cases/reports/ports.ts'
import { utc } from '../utc.ts'

/**
 * What is late, and what is in danger of being so; docs/reports.md explains it. A loan beyond its end is told once,
 * whatever of it was still to be handed out.
 */
const entries = (orgId: string) => sql`
  select b.*, i.is_late,
         case when is_late then 'OVERDUE' else 'AT_RISK' end as kind,
         case when is_late then b.end_at else b.at_risk_since end as since
  from booking b, lateral (select b.status = 'CHECKED_OUT' and b.end_at <= now() and exists (
      select from booking_item i where i.org_id = b.org_id and i.booking_id = b.id
        and i.handed_out_at is not null and i.returned_at is null) as is_late) as i
  where b.org_id = ${orgId} and (b.status = 'CHECKED_OUT' and b.end_at <= now() or b.at_risk_since is not null)
    and (is_late or b.at_risk_since is not null and b.end_at > now())`

/** Of an overdue loan what is still out, of another booking what it waits for. */
const UNITS = sql`
  from booking_item i where i.org_id = e.org_id and i.booking_id = e.id and i.returned_at is null
    and (i.handed_out_at is not null) = e.is_late and i.resource_unit_id is not null`

const COLUMNS = sql`
  e.kind, e.id as booking_id, e.status, e.requester_user_id as user_id, ${utc('e.start_at')} as start_at,
  ${utc('e.end_at')} as end_at, ${utc('e.since')} as since, now() as now,
  case when not e.is_late then e.at_risk_reason end as reason,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'resource_unit_id', i.resource_unit_id, 'resource_id', i.resource_id) order by i.position), '[]') ${UNITS}) as units,
  case when e.is_late then round(extract(epoch from now() - e.end_at) / 3600, 2)::float8 end as hours_late,
  case when e.is_late then (
    select jsonb_build_object('id', n.id, 'start_at', ${utc('n.start_at')}, 'at_risk', n.at_risk_since is not null)
    from occupancy o join booking n on n.org_id = o.org_id and n.id = o.booking_id
    where o.org_id = e.org_id and not o.collected and o.unit_id in (select i.resource_unit_id ${UNITS})
    order by n.start_at, n.id limit 1) end as next_booking`

export const overdueOf =
  (database: Pick<Database, 'read'>): ReportReads['overdue'] =>
  (orgId, { kind, ...request }) =>
    database.read(orgId, (query) =>
      readPage<BareOverdue>(query, {
        select: COLUMNS,
        from: sql`(${entries(orgId)}) as e`,
        derivedAs: 'e',
        where: kind === undefined ? [] : [sql`e.kind = any(${[...kind]}::text[])`],
        fields: {
          since: { expression: sql`e.since`, type: 'timestamptz' },
          start_at: { expression: sql`e.start_at`, type: 'timestamptz' },
        },
        id: sql`e.id`,
        request,
        scope: ['overdue', orgId, kind],
      }),
    )
