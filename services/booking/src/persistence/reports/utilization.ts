import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type {
  Calendar,
  NamedResource,
  ReportReads,
  UtilizationQuestion,
} from '../../use-cases/reports/ports.ts'
import { utc } from '../utc.ts'

/** docs/reports.md explains it, part by part. */
function statement(
  orgId: string,
  { from, to }: UtilizationQuestion & { to: Date },
  { timezone, open }: Calendar,
  resources: readonly NamedResource[],
): Sql {
  const [opens, closes] =
    open === null
      ? [['-infinity'], ['infinity']]
      : [open.map(({ startAt }) => startAt.toISOString()), open.map(({ endAt }) => endAt.toISOString())]
  return sql`
    with asked as (
      select zone, until,
             -- What begins in the future has no past to tell of; a range must not end before it begins.
             least(until, coalesce(${from ?? null}::timestamptz,
                                   (date_trunc('week', until at time zone zone) - interval '11 weeks') at time zone zone))
               as since
      from (select ${timezone}::text as zone, least(${to}::timestamptz, now()) as until) as given
    ),
    week as (
      select monday, monday at time zone zone as starts_at,
             greatest(monday at time zone zone, since) as since,
             least((monday + interval '1 week') at time zone zone, until) as until
      from asked, generate_series(date_trunc('week', since at time zone zone), until at time zone zone,
                                  interval '1 week') as monday
      where greatest(monday at time zone zone, since) < least((monday + interval '1 week') at time zone zone, until)
    ),
    open as (
      select monday, greatest(since, opens) as since, least(until, closes) as until
      from week join unnest(${opens}::timestamptz[], ${closes}::timestamptz[]) as span (opens, closes)
        on opens < until and closes > since
    ),
    opened as (
      select monday, sum(extract(epoch from until - since)) as seconds from open group by monday
    ),
    out as (
      select item.resource_id, item.resource_unit_id as unit_id, monday,
             greatest(handed_out_at, week.since) as since,
             least(coalesce(returned_at, 'infinity'), week.until) as until
      from asked
      join booking_item as item
        on item.org_id = ${orgId} and item.handed_out_at is not null
           and handed_out_at < asked.until and coalesce(returned_at, 'infinity') > asked.since
      join week on handed_out_at < week.until and coalesce(returned_at, 'infinity') > week.since
    ),
    away as (
      select resource_id, monday, count(distinct unit_id) as units, sum(extract(epoch from until - since)) as seconds
      from out group by resource_id, monday
    ),
    lent as (
      select resource_id, monday,
             sum(extract(epoch from least(out.until, open.until) - greatest(out.since, open.since))) as seconds
      from out join open using (monday)
      where open.since < out.until and open.until > out.since
      group by resource_id, monday
    ),
    resource as (
      select * from unnest(
        ${resources.map(({ id }) => id)}::uuid[], ${resources.map(({ name }) => name)}::text[],
        ${resources.map(({ type }) => type)}::text[], ${resources.map(({ units }) => units)}::int[],
        ${resources.map(({ deleted }) => deleted)}::bool[]) as named (resource_id, name, type, units, deleted)
    ),
    used as (
      select resource.resource_id, name, type, monday, starts_at,
             greatest(resource.units, coalesce(away.units, 0)) as units,
             coalesce(opened.seconds, 0) as open_seconds,
             coalesce(lent.seconds, 0) as lent_seconds,
             coalesce(away.seconds, 0) as out_seconds
      from resource cross join week
      left join opened using (monday)
      left join away using (resource_id, monday)
      left join lent using (resource_id, monday)
      where not deleted or resource_id in (select resource_id from away)
    )
    select *, round(least(lent_seconds, room) / nullif(room, 0), 4) as utilization,
           round(least(sum(lent_seconds) over whole, sum(room) over whole) / nullif(sum(room) over whole, 0), 4)
             as utilization_overall
    from used, lateral (select open_seconds * units as room) as counted
    window whole as (partition by resource_id)`
}

const COLUMNS = sql`
  u.resource_id, u.name as resource_name, u.type as resource_type, to_char(u.monday, 'IYYY"-W"IW') as week,
  ${utc('u.starts_at')} as week_starts_at, u.units,
  round(u.open_seconds / 3600, 2)::float8 as hours_open, round(u.lent_seconds / 3600, 2)::float8 as hours_lent,
  round(u.out_seconds / 3600, 2)::float8 as hours_out,
  u.utilization::float8, u.utilization_overall::float8`

export const utilizationOf =
  (database: Pick<Database, 'read'>): ReportReads['utilization'] =>
  (orgId, question, calendar, resources) =>
    database.read(orgId, (query) =>
      readPage(query, {
        select: COLUMNS,
        from: sql`(${statement(orgId, question, calendar, resources)}) as u`,
        derivedAs: 'u',
        where: [],
        fields: {
          week: { expression: sql`u.starts_at`, type: 'timestamptz' },
          resource_name: { expression: sql`u.name`, type: 'text' },
          utilization: { expression: sql`coalesce(u.utilization, -1)`, type: 'numeric' },
          utilization_overall: { expression: sql`coalesce(u.utilization_overall, -1)`, type: 'numeric' },
          hours_lent: { expression: sql`u.lent_seconds`, type: 'numeric' },
        },
        id: sql`u.resource_id`,
        request: { ...question, sort: byWeekAtLast(question.sort) },
        scope: ['utilization', orgId, question.from, question.resource_id],
      }),
    )

/** A resource has a row for each week: without the week two of them could stand at one place. */
function byWeekAtLast(sort: UtilizationQuestion['sort']): UtilizationQuestion['sort'] {
  return sort.some(({ field }) => field === 'week') ? sort : [...sort, { field: 'week', descending: true }]
}
