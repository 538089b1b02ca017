import { changeTag, createTag, deleteTag, getTag, listTags } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'
import { created, noContent, ok, on, type Route } from '@kitroom/http'

import { tagFacts } from '../domain/facts.ts'
import type { UseCases } from '../use-cases/index.ts'

export const tagRoutes = (inventory: UseCases): Route[] => [
  on(
    listTags,
    ({ call, query }) => inventory.reads.listTags(call.orgId, query),
    (page) => ok({ ...page, data: page.data.map(tagFacts) }),
  ),
  on(
    getTag,
    async ({ call, params }) => {
      const found = await inventory.reads.tag(call.orgId, params.id)
      if (found === undefined) throw notFound('tag')
      return found
    },
    (tag) => ok(tagFacts(tag)),
  ),
  on(
    createTag,
    ({ call, body }) => inventory.createTag(call, body),
    (tag) => created(`/tags/${tag.id}`, tagFacts(tag)),
  ),
  on(
    changeTag,
    ({ call, params, ifMatch, body }) => inventory.changeTag(call, params.id, ifMatch, body),
    (tag) => ok(tagFacts(tag)),
  ),
  on(
    deleteTag,
    ({ call, params, ifMatch }) => inventory.deleteTag(call, params.id, ifMatch),
    () => noContent(),
  ),
]
