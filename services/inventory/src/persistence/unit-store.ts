import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { unitFacts, type UnitState } from '../domain/facts.ts'
import { ResourceUnit, type Sighting } from '../domain/resource-unit.ts'
import type { ResourceStore, UnitStore } from '../use-cases/ports.ts'
import { UNIT } from './columns.ts'

const asSeen = (sightings: readonly Sighting[]) => sql`
  unnest(${sightings.map(({ unitId }) => unitId)}::uuid[], ${sightings.map(({ condition }) => condition)}::text[],
         ${sightings.map(({ at }) => at)}::timestamptz[]) as seen (id, condition, at)`

export function unitStore(tx: Transaction, orgId: string, resources: ResourceStore): UnitStore {
  const { em, query, changes } = tx

  const recordAll = (units: readonly UnitState[], deletedBefore: Date | null) => {
    for (const unit of units) {
      const before = unitFacts({ ...unit, version: unit.version - 1, deletedAt: deletedBefore })
      changes.record({ entityType: 'ResourceUnit', entityId: unit.id, before, after: unitFacts(unit) })
    }
  }

  return {
    add(unit) {
      em.persist(unit)
      changes.added('ResourceUnit', unit, unitFacts)
    },
    async forChange(id) {
      const [home] = await query(sql<{ resource_id: string }>`
        select resource_id from resource_unit where org_id = ${orgId} and id = ${id}`)
      if (home === undefined) return undefined
      // Always the resource before its unit, so that two changes wait for each other in one order.
      const resource = await resources.forChange(home.resource_id)
      const unit = await em.findOne(ResourceUnit, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (resource === undefined || unit === null) return undefined
      changes.watch('ResourceUnit', unit, unitFacts)
      return { unit, resource }
    },
    async notAsSeen(sightings) {
      const there = await query(sql<{ id: string }>`
        select unit.id from resource_unit as unit
        join ${asSeen(sightings)} using (id)
        where org_id = ${orgId}
          and (seen.at > unit.condition_at and seen.condition <> unit.condition
               or seen.at > unit.status_at and seen.condition = 'DAMAGED')
        order by resource_id, id`)
      return there.map(({ id }) => id)
    },
    async noteSeen(sightings) {
      await query(sql`
        update resource_unit as unit set condition_at = seen.at
        from (select unit.id, seen.at from resource_unit as unit join ${asSeen(sightings)} using (id)
              where org_id = ${orgId} and seen.condition = unit.condition and seen.at > unit.condition_at
              order by resource_id, id for update of unit) as seen
        where unit.org_id = ${orgId} and unit.id = seen.id and seen.at > unit.condition_at`)
    },
    async taken(barcodes) {
      const found = await query(sql<{ barcode: string }>`
        select barcode from resource_unit
        where org_id = ${orgId} and barcode = any(${[...barcodes]}::text[]) and deleted_at is null
        order by barcode`)
      return found.map(({ barcode }) => barcode)
    },
    async barcodesDeletedWith({ id }) {
      const found = await query(sql<{ barcode: string }>`
        select barcode from resource_unit
        where org_id = ${orgId} and resource_id = ${id} and deleted_with_resource`)
      return found.map(({ barcode }) => barcode)
    },
    async deleteAllOf(resource) {
      const units = await query(sql<UnitState>`
        update resource_unit as unit
        set deleted_at = ${resource.deletedAt}, deleted_with_resource = true, updated_at = ${tx.now},
            version = version + 1
        where org_id = ${orgId} and resource_id = ${resource.id} and deleted_at is null
        returning ${UNIT}`)
      recordAll(units, null)
    },
    async restoreAllOf(resource) {
      const units = await query(sql<UnitState>`
        update resource_unit as unit
        set deleted_at = null, deleted_with_resource = false, updated_at = ${tx.now}, version = version + 1
        where org_id = ${orgId} and resource_id = ${resource.id} and deleted_with_resource
        returning ${UNIT}`)
      recordAll(units, resource.deletedAt)
      return {
        total: units.length,
        available: units.filter(({ status }) => status === 'AVAILABLE').length,
      }
    },
  }
}
