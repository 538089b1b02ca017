import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { EntryFilters, Freed, WaitlistReads } from '../../use-cases/waitlist/ports.ts'
import { connectedPeriod } from '../schedules.ts'
import { candidates } from './candidates.ts'
import { COLUMNS, type EntryRow, entryView, withRanks } from './entry-rows.ts'
import { bringUpToDate } from './ranking.ts'

/** How many entries are ended in one go: their resources are locked together. */
const ENDED_AT_ONCE = 100
const FREED_AT_ONCE = 100

function conditions(orgId: string, { status, resource_id, requester }: EntryFilters): Sql[] {
  const where: Sql[] = [sql`e.org_id = ${orgId}`]
  if (status !== undefined) where.push(sql`e.status = any(${[...status]}::text[])`)
  if (requester !== undefined) where.push(sql`e.requester_user_id = ${requester}`)
  if (resource_id !== undefined) {
    where.push(
      sql`e.id in (select entry_id from waitlist_item where org_id = ${orgId} and resource_id = ${resource_id})`,
    )
  }
  return where
}

/** Of equal scores the older comes first, whichever way the list goes. */
function inFull(sort: EntryFilters['sort']): EntryFilters['sort'] {
  const last = sort.at(-1)
  if (last?.field !== 'priority_score' || sort.some(({ field }) => field === 'created_at')) return sort
  return [...sort, { field: 'created_at', descending: !last.descending }]
}

export function waitlistReads(database: Database, jobRole: string): WaitlistReads {
  const acrossOrganisations = async <Row>(statement: Sql<Row>): Promise<Row[]> =>
    database.asRole(jobRole, (query) => query(statement))

  return {
    list: (orgId, filters, policy) =>
      database.read(orgId, async (query) => {
        await bringUpToDate(query, orgId, policy)
        const page = await readPage<EntryRow>(query, {
          select: COLUMNS,
          from: sql`waitlist_entry e`,
          where: conditions(orgId, filters),
          fields: {
            // A score rises with every moment; the order does not, so a cursor stays good.
            priority_score: { expression: sql`e.precedence`, type: 'bigint' },
            created_at: { expression: sql`e.created_at`, type: 'timestamptz' },
          },
          id: sql`e.id`,
          request: { ...filters, sort: inFull(filters.sort) },
          scope: ['waitlist', orgId, filters.status, filters.resource_id, filters.requester],
        })
        return { ...page, data: await withRanks(query, orgId, page.data) }
      }),
    one: (orgId, id, policy) =>
      database.read(orgId, async (query) => {
        await bringUpToDate(query, orgId, policy)
        return entryView(query, orgId, id)
      }),
    resourcesOf: (orgId, ids) =>
      database.read(orgId, async (query) => {
        const rows = await query(sql<{ resource_id: string }>`
          select resource_id from waitlist_item where org_id = ${orgId} and entry_id = any(${[...ids]}::uuid[])
          union
          select resource_id from offer_item where org_id = ${orgId} and entry_id = any(${[...ids]}::uuid[])`)
        return rows.map((row) => row.resource_id)
      }),
    ranked: (orgId, search, policy) =>
      database.read(orgId, async (query) => {
        if (search.after === undefined) await bringUpToDate(query, orgId, policy)
        return candidates(query, orgId, search)
      }),
    connected: (orgId, resourceId, period) =>
      database.read(orgId, (query) => connectedPeriod(query, orgId, resourceId, period)),
    async freed() {
      const rows = await acrossOrganisations(sql<{
        org_id: string
        resource_id: string
        seqs: string[]
        starts: Date[]
        ends: Date[]
      }>`
        select org_id, resource_id, array_agg(seq) as seqs,
          array_agg(coalesce(lower(during), '1970-01-01')) as starts,
          array_agg(coalesce(upper(during), '9999-12-31')) as ends
        from freed_resource group by org_id, resource_id order by min(seq) limit ${FREED_AT_ONCE}`)
      return rows.map(({ org_id, resource_id, seqs, starts, ends }): Freed => ({
        orgId: org_id,
        resourceId: resource_id,
        seqs: seqs.map(Number),
        within: starts.map((startAt, index) => ({ startAt, endAt: ends[index] ?? startAt })),
      }))
    },
    // Those of one resource together: each time one of its units comes free, the arbiter looks at its line anew.
    overdue: () =>
      acrossOrganisations(sql`
        select org_id as "orgId", (array_agg(id order by place))[1:${sql.lit(ENDED_AT_ONCE)}] as ids from (
          select org_id, entry_id as id, min(resource_id::text) as place
          from occupancy where held_until <= clock_timestamp() group by org_id, entry_id
          union all
          select org_id, id, null from waitlist_entry where status = 'WAITING' and start_at <= clock_timestamp()
        ) as over group by org_id`),
    liveOf: (userId) =>
      acrossOrganisations(sql`
        select org_id as "orgId", array_agg(id) as ids from waitlist_entry
        where requester_user_id = ${userId} and status in ('WAITING', 'OFFERED') group by org_id`),
    timeLeft: (orgId, id) =>
      database.read(orgId, async (query) => {
        const [offer] = await query(sql<{ ms: number }>`
          select ceil(extract(epoch from offer_expires_at - clock_timestamp()) * 1000)::int as ms
          from waitlist_entry where org_id = ${orgId} and id = ${id} and status = 'OFFERED'`)
        return offer?.ms
      }),
  }
}
