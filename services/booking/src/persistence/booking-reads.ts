import { type Database, type Query, readPage, type Sql, sql } from '@kitroom/database'

import type { BookingFilters, BookingReads, BookingView, Ports } from '../use-cases/ports.ts'
import { isOverdue } from './overdue-units.ts'
import { utc } from './utc.ts'

const time = (column: string): Sql => sql`${utc(`b.${column}`)} as ${sql.raw(column)}`

/** The whole booking in one row: its items and history are gathered beside it, so a page is one statement. */
const COLUMNS = sql`
  b.id, b.org_id, b.requester_user_id, b.status, b.purpose, b.version, b.buffer_minutes, b.renewals,
  case when b.at_risk_since is not null then jsonb_build_object(
    'since', ${utc('b.at_risk_since')}, 'reason', b.at_risk_reason) end as at_risk,
  ${sql.join(
    ['start_at', 'end_at', 'created_at', 'cancelled_at', 'picked_up_at', 'returned_at', 'no_show_at'].map(
      time,
    ),
  )},
  (select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'resource_id', i.resource_id,
     'resource_unit_id', i.resource_unit_id, 'quantity', 1, 'pinned', i.pinned,
     'handed_out_at', ${utc('i.handed_out_at')}, 'handed_out_condition', i.handed_out_condition,
     'hand_out_note', i.hand_out_note, 'returned_at', ${utc('i.returned_at')},
     'returned_condition', i.returned_condition, 'return_note', i.return_note) order by i.position), '[]')
   from booking_item i where i.org_id = b.org_id and i.booking_id = b.id) as items,
  (select coalesce(jsonb_agg(jsonb_build_object('status', h.status,
     'at', ${utc('h.at')},
     'actor_user_id', h.actor_user_id, 'reason', h.reason) order by h.position), '[]')
   from booking_status_change h where h.org_id = b.org_id and h.booking_id = b.id) as history`

function conditions(orgId: string, filters: BookingFilters): Sql[] {
  const where: Sql[] = [sql`b.org_id = ${orgId}`]
  const { status, requester, resource_unit_id, from, to } = filters
  if (status !== undefined) where.push(sql`b.status = any(${[...status]}::text[])`)
  if (requester !== undefined) where.push(sql`b.requester_user_id = ${requester}`)
  if (resource_unit_id !== undefined) {
    where.push(
      sql`b.id in (select booking_id from booking_item where org_id = ${orgId} and resource_unit_id = ${resource_unit_id})`,
    )
  }
  // Not && of ranges: it is not leakproof, so that under row level security no index would serve it.
  if (from !== undefined) where.push(sql`b.end_at > ${from}`)
  if (to !== undefined) where.push(sql`b.start_at < ${to}`)
  return where
}

export function bookingReads(database: Database): BookingReads & Pick<Ports, 'wishesOf' | 'stranded'> {
  const byIds = (query: Query, orgId: string, ids: readonly string[]) =>
    query(
      sql<BookingView>`select ${COLUMNS} from booking b where b.org_id = ${orgId} and b.id = any(${[...ids]}::uuid[])`,
    )
  return {
    list: (orgId, filters) =>
      database.read(orgId, (query) =>
        readPage<BookingView>(query, {
          select: COLUMNS,
          from: sql`booking b`,
          where: conditions(orgId, filters),
          fields: {
            start_at: { expression: sql`b.start_at`, type: 'timestamptz' },
            created_at: { expression: sql`b.created_at`, type: 'timestamptz' },
          },
          id: sql`b.id`,
          request: filters,
          scope: [
            orgId,
            filters.status,
            filters.requester,
            filters.resource_unit_id,
            filters.from,
            filters.to,
          ],
        }),
      ),
    one: (orgId, id) => database.read(orgId, async (query) => (await byIds(query, orgId, [id]))[0]),
    batch: (orgId, ids) => database.read(orgId, (query) => byIds(query, orgId, ids)),
    busy: (orgId, unitIds, { startAt, endAt }) =>
      database.read(orgId, async (query) => {
        const rows = await query(sql<{ unit_id: string; start_at: Date; end_at: Date }>`
          select unit_id, greatest(lower(during), ${startAt}) as start_at, least(until, ${endAt}) as end_at
          from occupancy, lateral (select case when ${isOverdue(sql`now()`)}
            then 'infinity'::timestamptz else upper(during) end as until) as kept
          where org_id = ${orgId} and unit_id = any(${[...unitIds]}::uuid[])
            and lower(during) < ${endAt} and until > ${startAt}
            and (held_until is null or held_until > clock_timestamp())
            and (collected or during && tstzrange(${startAt}::timestamptz, ${endAt}::timestamptz))
          order by unit_id, start_at`)
        return rows.map((row) => ({
          unitId: row.unit_id,
          period: { startAt: row.start_at, endAt: row.end_at },
        }))
      }),
    stranded: (orgId, resourceId, lendable) =>
      database.read(orgId, async (query) => {
        const rows = await query(sql<{ id: string; resource_ids: string[] }>`
          select booking_id as id, array_agg(distinct resource_id) as resource_ids from booking_item
          where org_id = ${orgId} and booking_id in (
            select booking_id from occupancy
            where org_id = ${orgId} and resource_id = ${resourceId} and not collected
              and unit_id <> all(${[...lendable]}::uuid[]) and upper(during) > clock_timestamp())
          group by booking_id`)
        return rows.map(({ id, resource_ids }) => ({ id, resourceIds: resource_ids }))
      }),
    wishesOf: (orgId, bookingId) =>
      database.read(orgId, async (query) => {
        const items = await query(sql<{
          resource_id: string
          resource_unit_id: string | null
          pinned: boolean
        }>`
          select resource_id, resource_unit_id, pinned from booking_item
          where org_id = ${orgId} and booking_id = ${bookingId} order by position`)
        return items.map(({ resource_id, resource_unit_id, pinned }) => ({
          resourceId: resource_id,
          ...(pinned && resource_unit_id !== null ? { unitId: resource_unit_id } : {}),
        }))
      }),
  }
}
