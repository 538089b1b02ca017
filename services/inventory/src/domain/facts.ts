import type { Resource } from './resource.ts'
import type { ResourceUnit } from './resource-unit.ts'
import type { Tag } from './tag.ts'

/** What a resource is, apart from what it can do: an entity has it, and so has a row of a list. */
export type ResourceState = Omit<
  Resource,
  'updatedAt' | 'change' | 'gain' | 'amend' | 'delete' | 'restore' | 'requireDeleted'
>
export type UnitState = Omit<
  ResourceUnit,
  | 'updatedAt'
  | 'conditionAt'
  | 'statusAt'
  | 'deletedWithResource'
  | 'change'
  | 'noteCondition'
  | 'delete'
  | 'restore'
>
export type TagState = Omit<Tag, 'updatedAt' | 'rename'>

/** What clients and the audit see of a resource. */
export const resourceFacts = (resource: ResourceState) => ({
  id: resource.id,
  org_id: resource.orgId,
  type: resource.type,
  name: resource.name,
  description: resource.description,
  serial_number: resource.serialNumber,
  status: resource.status,
  tags: resource.tags.toSorted(),
  units_total: resource.unitsTotal,
  units_available: resource.unitsAvailable,
  version: resource.version,
  created_at: resource.createdAt.toISOString(),
  deleted_at: resource.deletedAt?.toISOString() ?? null,
})

/** What clients and the audit see of a unit. */
export const unitFacts = (unit: UnitState) => ({
  id: unit.id,
  org_id: unit.orgId,
  resource_id: unit.resourceId,
  barcode: unit.barcode,
  serial_number: unit.serialNumber,
  condition: unit.condition,
  status: unit.status,
  version: unit.version,
  created_at: unit.createdAt.toISOString(),
  deleted_at: unit.deletedAt?.toISOString() ?? null,
})

/** What clients and the audit see of a tag. */
export const tagFacts = (tag: TagState) => ({
  id: tag.id,
  org_id: tag.orgId,
  name: tag.name,
  version: tag.version,
  created_at: tag.createdAt.toISOString(),
})
