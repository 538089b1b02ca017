import { statementVerifier } from '@kitroom/access-token'
import { Failure } from '@kitroom/errors'
import { type GrpcServer, grpcServer, type Implementation } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'
import type { TestIdentity } from '@kitroom/testing'

const logger = createLogger({ service: 'booking', level: 'error' })

/** Equipment as the faked inventory tells it. */
export interface Equipment {
  id: string
  orgId: string
  name: string
  type: string
  lendable: boolean
  units: { id: string; lendable: boolean }[]
  deleted?: boolean
}

/** A question it was asked. */
export interface Asked {
  method: string
  request: object
}

type Find = Implementation<'Inventory'>['findLendableResources']
type Search = Parameters<Find>[0]

/** Answers like inventory's own search (services/inventory/test/lendable-search.test.ts), by pages and without tags. */
function foundIn(equipment: readonly Equipment[], request: Search): Awaited<ReturnType<Find>> {
  const taken = new Set(request.taken_unit_ids)
  const matching = equipment
    .filter(({ orgId, name, lendable }) => orgId === request.org_id && lendable && name.includes(request.q))
    .map(({ id, name, type, units }) => {
      const lendable = units.filter((unit) => unit.lendable)
      const units_free = lendable.filter((unit) => !taken.has(unit.id)).length
      return { resource_id: id, name, type, tags: [], units_total: lendable.length, units_free }
    })
    .filter(({ units_total, units_free }) => (request.free_only ? units_free : units_total) > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const start = (Math.max(1, request.page) - 1) * request.limit
  const resources = matching.slice(start, start + request.limit)
  const has_next = matching.length > start + request.limit
  return { resources, total: matching.length, has_next, next_cursor: has_next ? 'next' : '' }
}

/** How it feels about answering. */
export interface Mood {
  delay: number
  failing: boolean
  /** What the next answer waits for. */
  held: Promise<unknown> | undefined
}

/** An inventory that answers from memory; what it is asked is kept. */
export function fakedInventory(
  identity: TestIdentity,
  equipment: Map<string, Equipment>,
  mood: Mood,
  asked: Asked[],
): GrpcServer {
  const ready = async (method: string, request: object) => {
    asked.push({ method, request })
    await new Promise((resolve) => setTimeout(resolve, mood.delay))
    if (mood.failing) throw new Failure('dependency-unavailable', 'The faked inventory is told to fail.')
  }
  const owner = (unitId: string, org: string) =>
    [...equipment.values()].find(({ orgId, units }) => orgId === org && units.some(({ id }) => id === unitId))
  return grpcServer({
    service: 'inventory',
    logger,
    statements: statementVerifier({
      audience: 'inventory',
      publicJwks: identity.publicJwks,
      issuers: ['booking'],
    }),
    implementations: {
      Inventory: {
        async batchGetUnits(request) {
          await ready('batchGetUnits', request)
          const { org_id, unit_ids } = request
          const units = unit_ids.flatMap((id) => {
            const of = owner(id, org_id)
            if (of === undefined) return []
            const lendable = of.lendable && of.units.some((unit) => unit.id === id && unit.lendable)
            return {
              id,
              resource_id: of.id,
              barcode: id,
              status: 'AVAILABLE',
              lendable,
              resource_name: of.name,
              resource_type: of.type,
            }
          })
          return { units }
        },
        async listLendableUnits(request) {
          await ready('listLendableUnits', request)
          const { org_id, resource_ids, unit_ids } = request
          const ids = new Set([...resource_ids, ...unit_ids.map((id) => owner(id, org_id)?.id)])
          const resources = [...equipment.values()].filter(
            ({ id, orgId, deleted = false }) => ids.has(id) && orgId === org_id && !deleted,
          )
          const answer = {
            resources: resources.map(({ id, name, type, lendable, units }) => ({
              resource_id: id,
              name,
              type,
              lendable,
              unit_ids: units
                .filter((unit) => unit.lendable)
                .map((unit) => unit.id)
                .sort(),
            })),
          }
          const { held } = mood
          mood.held = undefined
          await held
          return answer
        },
        async listResources(request) {
          await ready('listResources', request)
          const after = [...equipment.values()]
            .filter(({ orgId, id }) => orgId === request.org_id && id > request.after_id)
            .filter(({ id }) => request.resource_ids.length === 0 || request.resource_ids.includes(id))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          return {
            // A few at a time, as if messages were small.
            resources: after.slice(0, 3).map(({ id, name, units, deleted = false }) => {
              return { resource_id: id, name, type: 'T', units: units.length, deleted }
            }),
            has_next: after.length > 3,
          }
        },
        async findLendableResources(request) {
          await ready('findLendableResources', request)
          return foundIn([...equipment.values()], request)
        },
      },
    },
  })
}
