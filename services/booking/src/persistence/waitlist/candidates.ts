import { type Query, type Sql, sql } from '@kitroom/database'

import type { Candidate, CandidateSearch } from '../../use-cases/waitlist/ports.ts'

const beyond = (after: Candidate | undefined): Sql =>
  after === undefined
    ? sql`true`
    : sql`(e.precedence < ${after.precedence}::bigint or e.precedence = ${after.precedence}::bigint
        and (e.created_at, e.id) > (${after.createdAt}::timestamptz, ${after.id}::uuid))`

/** Those who wait for a resource within some time, in the order of the line. Theirs must not have begun. */
export const candidates = (query: Query, orgId: string, search: CandidateSearch): Promise<Candidate[]> =>
  query(sql`
    select e.id, e.precedence::text as precedence, e.created_at as "createdAt", e.start_at as "startAt",
      e.end_at as "endAt",
      array(select distinct resource_id from waitlist_item i
            where i.org_id = e.org_id and i.entry_id = e.id) as "resourceIds"
    from waitlist_entry e
    where e.org_id = ${orgId} and e.status = 'WAITING' and e.start_at > clock_timestamp()
      and e.id in (select entry_id from waitlist_item
                   where org_id = ${orgId} and resource_id = ${search.resourceId} and waiting)
      and exists (select from unnest(${search.within.map(({ startAt }) => startAt)}::timestamptz[],
                                     ${search.within.map(({ endAt }) => endAt)}::timestamptz[]) as freed (start_at, end_at)
                  where freed.start_at < e.end_at and e.start_at < freed.end_at)
      and ${beyond(search.after)}
    order by e.precedence desc, e.created_at, e.id limit ${search.limit}`)
