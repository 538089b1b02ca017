import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { resourceFacts, type ResourceState, tagFacts } from '../domain/facts.ts'
import { Tag } from '../domain/tag.ts'
import type { TagStore } from '../use-cases/ports.ts'
import { RESOURCE } from './columns.ts'

export function tagStore(tx: Transaction, orgId: string): TagStore {
  const { em, query, changes } = tx

  /** To be called while the tag still has its old name. */
  const tellResources: TagStore['tellResources'] = async (tag, newName) => {
    await retell(tag, (tags) => tags.map((name) => (name === tag.name ? newName : name)))
  }

  const retell = async (tag: Tag, retag: (tags: readonly string[]) => string[]) => {
    const resources = await query(sql<ResourceState>`
      update resource set version = version + 1, updated_at = ${tx.now}
      where org_id = ${orgId} and id in (
        select resource_id from resource_tag where org_id = ${orgId} and tag_id = ${tag.id})
      returning ${RESOURCE}`)
    for (const resource of resources) {
      const before = resourceFacts({ ...resource, version: resource.version - 1 })
      const after = resourceFacts({ ...resource, tags: retag(resource.tags) })
      changes.record({ entityType: 'Resource', entityId: resource.id, before, after })
    }
  }

  return {
    add(tag) {
      em.persist(tag)
      changes.added('Tag', tag, tagFacts)
    },
    async forChange(id) {
      const tag = await em.findOne(Tag, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (tag === null) return undefined
      changes.watch('Tag', tag, tagFacts)
      return tag
    },
    async isTaken(name) {
      const found = await query(sql`select 1 from tag where org_id = ${orgId} and name = ${name}`)
      return found.length > 0
    },
    tellResources,
    async delete(tag) {
      await retell(tag, (tags) => tags.filter((name) => name !== tag.name))
      await query(sql`delete from resource_tag where org_id = ${orgId} and tag_id = ${tag.id}`)
      em.remove(tag)
      changes.removed(tag)
    },
  }
}
