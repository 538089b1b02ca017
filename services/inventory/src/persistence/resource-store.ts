import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { resourceFacts } from '../domain/facts.ts'
import { Resource } from '../domain/resource.ts'
import type { ResourceStore } from '../use-cases/ports.ts'
import { tagIds } from './tag-ids.ts'

export function resourceStore(tx: Transaction, orgId: string): ResourceStore {
  const { em, query, changes } = tx

  const keepTags = async ({ id, tags }: Resource) => {
    const ids = [...(await tagIds(tx, orgId, tags)).values()]
    await query(sql`
      delete from resource_tag
      where org_id = ${orgId} and resource_id = ${id} and tag_id <> all(${ids}::uuid[])`)
    await query(sql`
      insert into resource_tag (org_id, resource_id, tag_id)
      select ${orgId}::uuid, ${id}::uuid, tag_id from unnest(${ids}::uuid[]) as tag_id
      on conflict do nothing`)
  }

  return {
    async add(resource) {
      em.persist(resource)
      changes.added('Resource', resource, resourceFacts)
      await em.flush()
      if (resource.tags.length > 0) await keepTags(resource)
    },
    async forChange(id) {
      const resource = await em.findOne(Resource, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (resource === null) return undefined
      const tags = await query(sql<{ name: string }>`
        select tag.name from resource_tag
        join tag on tag.org_id = resource_tag.org_id and tag.id = resource_tag.tag_id
        where resource_tag.org_id = ${orgId} and resource_tag.resource_id = ${id}`)
      resource.tags = tags.map(({ name }) => name)
      changes.watch('Resource', resource, resourceFacts)
      return resource
    },
    keepTags,
  }
}
