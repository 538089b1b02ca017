import type { Page, Paging } from '@kitroom/contracts'
import { type Query, readPage, type SortField, type Sql, sql } from '@kitroom/database'

import type { ResourceState } from '../../domain/facts.ts'
import type { ResourceFilter } from '../../use-cases/ports.ts'
import { RESOURCE } from '../columns.ts'
import { matching } from './search.ts'

const fields: Record<string, SortField> = {
  name: { expression: sql`resource.name`, type: 'text' },
  type: { expression: sql`resource.type`, type: 'text' },
  status: { expression: sql`resource.status`, type: 'text' },
  created_at: { expression: sql`resource.created_at`, type: 'timestamptz' },
}

/** The conditions on `resource` that a filter stands for. */
export async function conditions(query: Query, filter: ResourceFilter): Promise<Sql[]> {
  const where: Sql[] = []
  if (filter.include_deleted !== true) where.push(sql`resource.deleted_at is null`)
  if (filter.type !== undefined) where.push(sql`resource.type = ${filter.type}`)
  if (filter.status !== undefined) where.push(sql`resource.status = ${filter.status}`)
  if (filter.created_from !== undefined) where.push(sql`resource.created_at >= ${filter.created_from}`)
  if (filter.created_to !== undefined) where.push(sql`resource.created_at < ${filter.created_to}`)
  if (filter.tag !== undefined) where.push(...(await withTags(query, filter.tag)))
  if (filter.q !== undefined) where.push(await matching(query, filter.q))
  return where
}

/**
 * One condition for each tag, by its id: of a name in the statement itself the planner would not know whether three resources have
 * it or half of them.
 */
async function withTags(query: Query, names: readonly string[]): Promise<Sql[]> {
  const wanted = [...new Set(names)]
  const tags = await query(sql<{ id: string }>`select id from tag where name = any(${wanted}::text[])`)
  if (tags.length < wanted.length) return [sql`false`]
  return tags.map(
    ({ id }) => sql`resource.id in (
      select resource_tag.resource_id from resource_tag where resource_tag.tag_id = ${id})`,
  )
}

export async function listResources(
  query: Query,
  orgId: string,
  { limit, page, cursor, sort, ...filter }: ResourceFilter & Paging,
): Promise<Page<ResourceState>> {
  return readPage<ResourceState>(query, {
    select: RESOURCE,
    from: sql`resource`,
    where: await conditions(query, filter),
    fields,
    id: sql`resource.id`,
    request: { limit, page, cursor, sort },
    scope: ['resources', orgId, filter],
  })
}
