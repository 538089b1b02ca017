import { type Query, type Sql, sql } from '@kitroom/database'

import type { EntryView } from '../../use-cases/waitlist/ports.ts'
import { utc } from '../utc.ts'
import { ranksOf } from './ranking.ts'

const time = (column: string): Sql => sql`${utc(`e.${column}`)} as ${sql.raw(column)}`

/** In days with fractions, by one clock for the whole statement: a page is in the order of its scores. */
const AGE = sql`(extract(epoch from statement_timestamp() - e.created_at) / 86400)`

const weight = (path: string): Sql => sql`(e.score_weights::jsonb #> ${sql.lit(path)}::text[])::numeric`

const factor = (value: Sql, path: string): Sql =>
  sql`jsonb_build_object('value', ${value}, 'weight', ${weight(path)}, 'points', ${value} * ${weight(path)})`

const ROLE = sql`(e.score_weights::jsonb -> 'role' -> e.requester_role)::numeric`

/** The sum of the points below. Those of the age are rounded after they were multiplied, so that no order is lost. */
const SCORE = sql`(round(${AGE} * ${weight('{per_day_waiting}')}, 4) + ${ROLE}
  + e.late_returns * ${weight('{late_return}')} + e.open_fines * ${weight('{open_fine}')}
  + e.active_bookings * ${weight('{active_booking}')})::float8`

const FACTORS = sql`jsonb_build_object(
  'age', jsonb_build_object('value', round(${AGE}, 6), 'weight', ${weight('{per_day_waiting}')},
    'points', round(${AGE} * ${weight('{per_day_waiting}')}, 4)),
  'role', jsonb_build_object('value', e.requester_role, 'weight', ${ROLE}, 'points', ${ROLE}),
  'late_returns', ${factor(sql`e.late_returns`, '{late_return}')},
  'open_fines', ${factor(sql`e.open_fines`, '{open_fine}')},
  'active_bookings', ${factor(sql`e.active_bookings`, '{active_booking}')})`

/** The whole entry in one row, what it asks for and what is held for it gathered beside it. */
export const COLUMNS = sql`
  e.id, e.org_id, e.requester_user_id, e.status, e.purpose, e.booking_id, e.reason, e.version,
  ${sql.join(['start_at', 'end_at', 'offer_expires_at', 'created_at', 'ended_at'].map(time))},
  ${SCORE} as priority_score, ${FACTORS} as score_factors,
  (select jsonb_agg(jsonb_build_object('resource_id', i.resource_id, 'resource_unit_id', i.resource_unit_id,
     'quantity', i.quantity) order by i.position)
   from waitlist_item i where i.org_id = e.org_id and i.entry_id = e.id) as items,
  case when e.status = 'OFFERED' then jsonb_build_object(
    'start_at', ${utc('e.offer_start_at')}, 'end_at', ${utc('e.offer_end_at')}, 'made_by', e.offer_made_by,
    'items', (select jsonb_agg(jsonb_build_object('resource_id', o.resource_id,
       'resource_unit_id', o.resource_unit_id) order by o.position)
     from offer_item o where o.org_id = e.org_id and o.entry_id = e.id)) end as offer`

/** An entry as it is read: its rank is asked for with those of the others on the page. */
export type EntryRow = Omit<EntryView, 'rank'>

/** Gives each entry its rank, null for those that do not wait. */
export async function withRanks(
  query: Query,
  orgId: string,
  rows: readonly EntryRow[],
): Promise<EntryView[]> {
  const waiting = rows.filter(({ status }) => status === 'WAITING').map(({ id }) => id)
  const ranks = waiting.length === 0 ? undefined : await ranksOf(query, orgId, waiting)
  return rows.map((row) => ({ ...row, rank: ranks?.get(row.id) ?? null }))
}

/** One entry as clients see it. */
export async function entryView(query: Query, orgId: string, id: string): Promise<EntryView | undefined> {
  const rows = await query(
    sql<EntryRow>`select ${COLUMNS} from waitlist_entry e where e.org_id = ${orgId} and e.id = ${id}`,
  )
  const [entry] = await withRanks(query, orgId, rows)
  return entry
}
