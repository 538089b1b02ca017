import type { Paging } from '@kitroom/contracts'
import { allOf, type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { ResourceState, TagState, UnitState } from '../../domain/facts.ts'
import type { Reads, UnitFilter } from '../../use-cases/ports.ts'
import { RESOURCE, TAG, UNIT } from '../columns.ts'
import { listResources } from './resource-list.ts'
import { containing } from './search.ts'

const unitConditions = ({ barcode, status, include_deleted }: UnitFilter): Sql[] => [
  ...(include_deleted === true ? [] : [sql`unit.deleted_at is null`]),
  ...(barcode === undefined ? [] : [sql`unit.barcode = ${barcode}`]),
  ...(status === undefined ? [] : [sql`unit.status = any(${[...status]}::text[])`]),
]

function unitPage(orgId: string, { limit, page, cursor, sort, ...filter }: UnitFilter & Paging) {
  return {
    select: UNIT,
    from: sql`resource_unit as unit`,
    fields: {
      barcode: { expression: sql`unit.barcode`, type: 'text' },
      created_at: { expression: sql`unit.created_at`, type: 'timestamptz' },
    },
    where: unitConditions(filter),
    id: sql`unit.id`,
    request: { limit, page, cursor, sort },
    scope: ['units', orgId, filter],
  } as const
}

/** The reads of screens, each in a transaction that carries the tenant. */
export const readsOf = ({ read }: Pick<Database, 'read'>): Reads => ({
  listResources: (orgId, wanted) => read(orgId, (query) => listResources(query, orgId, wanted)),

  resource: (orgId, id, includeDeleted) =>
    read(orgId, async (query) => {
      const [found] = await query(sql<ResourceState>`
        select ${RESOURCE} from resource
        where resource.id = ${id} and ${includeDeleted ? sql`true` : sql`resource.deleted_at is null`}`)
      return found
    }),

  listUnits: (orgId, wanted) => read(orgId, (query) => readPage<UnitState>(query, unitPage(orgId, wanted))),

  listUnitsOf: (orgId, resourceId, wanted) =>
    read(orgId, async (query) => {
      const there = [
        sql`id = ${resourceId}`,
        ...(wanted.include_deleted === true ? [] : [sql`deleted_at is null`]),
      ]
      const found = await query(sql`select 1 from resource where ${allOf(there)}`)
      if (found.length === 0) return undefined
      const units = unitPage(orgId, wanted)
      return readPage<UnitState>(query, {
        ...units,
        where: [sql`unit.resource_id = ${resourceId}`, ...units.where],
        scope: [...units.scope, resourceId],
      })
    }),

  unit: (orgId, id, includeDeleted) =>
    read(orgId, async (query) => {
      const [found] = await query(sql<UnitState>`
        select ${UNIT} from resource_unit as unit
        where unit.id = ${id} and ${includeDeleted ? sql`true` : sql`unit.deleted_at is null`}`)
      return found
    }),

  tag: (orgId, id) =>
    read(orgId, async (query) => {
      const [found] = await query(sql<TagState>`select ${TAG} from tag where tag.id = ${id}`)
      return found
    }),

  listTags: (orgId, { limit, page, cursor, sort, q }) =>
    read(orgId, (query) =>
      readPage<TagState>(query, {
        select: TAG,
        from: sql`tag`,
        where: q === undefined ? [] : [sql`searchable(tag.name) like ${containing(q)}`],
        fields: {
          name: { expression: sql`tag.name`, type: 'text' },
          created_at: { expression: sql`tag.created_at`, type: 'timestamptz' },
        },
        id: sql`tag.id`,
        request: { limit, page, cursor, sort },
        scope: ['tags', orgId, q ?? null],
      }),
    ),
})
