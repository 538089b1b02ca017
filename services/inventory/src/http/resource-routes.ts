import {
  changeResource,
  createResource,
  deleteResource,
  getResource,
  listResources,
  restoreResource,
} from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'
import { created, noContent, ok, on, type Route } from '@kitroom/http'

import { resourceFacts } from '../domain/facts.ts'
import type { UseCases } from '../use-cases/index.ts'
import { maySeeDeleted } from './may-see-deleted.ts'

export const resourceRoutes = (inventory: UseCases): Route[] => [
  on(
    listResources,
    ({ call, query }) => {
      maySeeDeleted(call, query)
      return inventory.reads.listResources(call.orgId, query)
    },
    (page) => ok({ ...page, data: page.data.map(resourceFacts) }),
  ),
  on(
    createResource,
    ({ call, body }) => inventory.createResource(call, body),
    (resource) => created(`/resources/${resource.id}`, resourceFacts(resource)),
  ),
  on(
    getResource,
    async ({ call, params, query }) => {
      const found = await inventory.reads.resource(call.orgId, params.id, maySeeDeleted(call, query))
      if (found === undefined) throw notFound('resource')
      return found
    },
    (resource) => ok(resourceFacts(resource)),
  ),
  on(
    changeResource,
    ({ call, params, ifMatch, body }) => inventory.changeResource(call, params.id, ifMatch, body),
    (resource) => ok(resourceFacts(resource)),
  ),
  on(
    deleteResource,
    ({ call, params, ifMatch }) => inventory.deleteResource(call, params.id, ifMatch),
    () => noContent(),
  ),
  on(
    restoreResource,
    ({ call, params, ifMatch }) => inventory.restoreResource(call, params.id, ifMatch),
    (resource) => ok(resourceFacts(resource)),
  ),
]
