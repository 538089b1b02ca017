import { type Database, sql } from '@kitroom/database'

import type { Lending, ResourceForBooking, UnitForBooking } from '../../use-cases/ports.ts'
import { findLendable } from './lendable-list.ts'

/** What booking asks before it opens a transaction. */
export const lendingOf = ({ read }: Pick<Database, 'read'>): Lending => ({
  units: (orgId, unitIds) =>
    read(orgId, (query) =>
      query(sql<UnitForBooking>`
        select unit.id, unit.resource_id, unit.barcode, unit.status,
               unit.status = 'AVAILABLE' and resource.status = 'AVAILABLE' as lendable,
               resource.name as resource_name, resource.type as resource_type
        from resource_unit as unit
        join resource on resource.org_id = unit.org_id and resource.id = unit.resource_id
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
        from wanted
        join resource on resource.org_id = ${orgId} and resource.id = wanted.id
        where resource.deleted_at is null
        order by resource.id`),
    ),

  find: (orgId, wanted) => read(orgId, (query) => findLendable(query, orgId, wanted)),
})
