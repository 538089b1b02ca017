import type { Page, Paging } from '@kitroom/contracts'
import { type Query, readPage, type Sql, sql } from '@kitroom/database'

import type { FoundResource, LendableFilter } from '../../use-cases/ports.ts'
import { conditions } from './resource-list.ts'

/** The taken units that can be lent: what is lost, say, may be taken still but was not counted as lendable. */
const takenOf = (takenUnitIds: readonly string[]): Sql => sql`
  from resource_unit as taken
  where taken.id = any(${[...takenUnitIds]}::uuid[]) and taken.status = 'AVAILABLE' and taken.deleted_at is null`

/**
 * One page of the resources that have a lendable unit, or one that is lendable and not taken. What is taken is counted
 * once for the whole list, so that many taken units cost no more per resource.
 */
export async function findLendable(
  query: Query,
  orgId: string,
  { limit, page, cursor, sort, takenUnitIds, freeOnly, cursorScope, ...filter }: LendableFilter & Paging,
): Promise<Page<FoundResource>> {
  const where = [
    ...(await conditions(query, { ...filter, status: 'AVAILABLE' })),
    sql`resource.units_available > 0`,
  ]
  const taken = takenOf(takenUnitIds)
  if (freeOnly && takenUnitIds.length > 0) {
    where.push(sql`(resource.id, resource.units_available) not in (
      select taken.resource_id, count(*) ${taken} group by taken.resource_id)`)
  }
  return readPage<FoundResource>(query, {
    select: sql`
      resource.id as resource_id, resource.name, resource.type,
      array(
        select tag.name from resource_tag
        join tag on tag.org_id = resource_tag.org_id and tag.id = resource_tag.tag_id
        where resource_tag.org_id = resource.org_id and resource_tag.resource_id = resource.id
        order by tag.name collate "C"
      ) as tags,
      resource.units_available as units_total,
      resource.units_available - (select count(*) ${taken} and taken.resource_id = resource.id) as units_free`,
    from: sql`resource`,
    where,
    fields: { name: { expression: sql`resource.name`, type: 'text' } },
    id: sql`resource.id`,
    request: { limit, page, cursor, sort },
    scope: ['lendable', orgId, filter, freeOnly, cursorScope],
  })
}
