import {
  addUnit,
  changeUnit,
  deleteUnit,
  findUnits,
  getUnit,
  listUnits,
  restoreUnit,
} from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'
import { created, noContent, ok, on, type Route } from '@kitroom/http'

import { unitFacts } from '../domain/facts.ts'
import type { UseCases } from '../use-cases/index.ts'
import { maySeeDeleted } from './may-see-deleted.ts'

export const unitRoutes = (inventory: UseCases): Route[] => [
  on(
    listUnits,
    async ({ call, params, query }) => {
      maySeeDeleted(call, query)
      const found = await inventory.reads.listUnitsOf(call.orgId, params.id, query)
      if (found === undefined) throw notFound('resource')
      return found
    },
    (page) => ok({ ...page, data: page.data.map(unitFacts) }),
  ),
  on(
    addUnit,
    ({ call, params, body }) => inventory.addUnit(call, params.id, body),
    (unit) => created(`/units/${unit.id}`, unitFacts(unit)),
  ),
  on(
    findUnits,
    ({ call, query }) => inventory.reads.listUnits(call.orgId, query),
    (page) => ok({ ...page, data: page.data.map(unitFacts) }),
  ),
  on(
    getUnit,
    async ({ call, params, query }) => {
      const found = await inventory.reads.unit(call.orgId, params.id, maySeeDeleted(call, query))
      if (found === undefined) throw notFound('unit')
      return found
    },
    (unit) => ok(unitFacts(unit)),
  ),
  on(
    changeUnit,
    ({ call, params, ifMatch, body }) => inventory.changeUnit(call, params.id, ifMatch, body),
    (unit) => ok(unitFacts(unit)),
  ),
  on(
    deleteUnit,
    ({ call, params, ifMatch }) => inventory.deleteUnit(call, params.id, ifMatch),
    () => noContent(),
  ),
  on(
    restoreUnit,
    ({ call, params, ifMatch }) => inventory.restoreUnit(call, params.id, ifMatch),
    (unit) => ok(unitFacts(unit)),
  ),
]
