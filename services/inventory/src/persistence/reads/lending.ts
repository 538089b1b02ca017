import { type Database, sql } from '@kitroom/database'

import type { Lending, ListedResource, ResourceForBooking, UnitForBooking } from '../../use-cases/ports.ts'
import { findLendable } from './lendable-list.ts'

/** Of names and types in one message, which may have 256 KiB; each resource has some 60 bytes besides. */
const MAX_BYTES = 200_000
/** Even without a name and a type no more than these fit. */
const MAX_LISTED = 3_000

/**
 * What booking asks before it opens a transaction. Resources are looked up one by one: as a join it is at times planned so that all
 * of the organisation's are read, where the table grew faster than its statistics.
 */
export const lendingOf = ({ read }: Pick<Database, 'read'>): Lending => ({
  units: (orgId, unitIds) =>
    read(orgId, (query) =>
      query(sql<UnitForBooking>`
        select unit.id, unit.resource_id, unit.barcode, unit.status,
               unit.status = 'AVAILABLE' and resource.status = 'AVAILABLE' as lendable,
               resource.name as resource_name, resource.type as resource_type
        from resource_unit as unit
        cross join lateral (
          select name, type, status from resource where org_id = unit.org_id and id = unit.resource_id offset 0) as resource
        where unit.org_id = ${orgId} and unit.id = any(${[...unitIds]}::uuid[]) and unit.deleted_at is null
        order by unit.id`),
    ),

  resources: (orgId, { resourceIds, unitIds }) =>
    read(orgId, (query) =>
      query(sql<ResourceForBooking>`
        with wanted as (
          select unnest(${[...resourceIds]}::uuid[]) as id
          union
          select resource_id from resource_unit
          where org_id = ${orgId} and id = any(${[...unitIds]}::uuid[]) and deleted_at is null
        )
        select resource.id as resource_id, resource.name, resource.type, resource.status = 'AVAILABLE' as lendable,
               array(
                 select unit.id from resource_unit as unit
                 where unit.org_id = resource.org_id and unit.resource_id = resource.id
                   and unit.status = 'AVAILABLE' and resource.status = 'AVAILABLE' and unit.deleted_at is null
                 order by unit.id
               ) as unit_ids
        from resource
        where resource.org_id = ${orgId} and resource.id = any(array(select id from wanted)) and resource.deleted_at is null
        order by resource.id`),
    ),

  list: (orgId, { after, ids }) =>
    read(orgId, async (query) => {
      const rows = await query(sql<ListedResource & { fits: boolean }>`
        select resource.id as resource_id, resource.name, resource.type, resource.deleted_at is not null as deleted,
               sum(octet_length(resource.name) + octet_length(resource.type) + 60)
                 over (order by resource.id) <= ${MAX_BYTES} as fits,
               (select count(*) from resource_unit as unit
                where unit.org_id = resource.org_id and unit.resource_id = resource.id
                  and unit.status not in ('LOST', 'RETIRED') and unit.deleted_at is null) as units
        from resource
        where resource.org_id = ${orgId}
          ${after === undefined ? sql`` : sql`and resource.id > ${after}`}
          ${ids === undefined ? sql`` : sql`and resource.id = any(${[...ids]}::uuid[])`}
        order by resource.id limit ${MAX_LISTED + 1}`)
      const listed = rows.slice(0, MAX_LISTED).filter(({ fits }) => fits)
      return { resources: listed, hasNext: listed.length < rows.length }
    }),

  find: (orgId, wanted) => read(orgId, (query) => findLendable(query, orgId, wanted)),
})
