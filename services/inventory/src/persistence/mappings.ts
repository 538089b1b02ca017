import { EntitySchema } from '@mikro-orm/core'

import { Resource } from '../domain/resource.ts'
import { ResourceUnit } from '../domain/resource-unit.ts'
import { Tag } from '../domain/tag.ts'

const instant = { type: 'datetime', columnType: 'timestamptz' } as const
const text = { type: 'text' } as const

/** The key of every table is (org_id, id); row level security supplies the organisation to each statement. */
const id = { type: 'uuid', primary: true } as const
const orgId = { type: 'uuid' } as const

const ResourceMapping = new EntitySchema<Resource>({
  class: Resource,
  tableName: 'resource',
  properties: {
    id,
    orgId,
    type: text,
    name: text,
    description: { ...text, nullable: true },
    serialNumber: { ...text, nullable: true },
    status: text,
    // Kept in resource_tag by the store.
    tags: { type: 'json', persist: false },
    unitsTotal: { type: 'integer' },
    unitsAvailable: { type: 'integer' },
    version: { type: 'integer', version: true },
    createdAt: instant,
    updatedAt: instant,
    deletedAt: { ...instant, nullable: true },
  },
})

const UnitMapping = new EntitySchema<ResourceUnit>({
  class: ResourceUnit,
  tableName: 'resource_unit',
  properties: {
    id,
    orgId,
    resourceId: { type: 'uuid' },
    barcode: text,
    serialNumber: { ...text, nullable: true },
    condition: text,
    status: text,
    version: { type: 'integer', version: true },
    createdAt: instant,
    updatedAt: instant,
    deletedAt: { ...instant, nullable: true },
    deletedWithResource: { type: 'boolean' },
    conditionAt: instant,
    statusAt: instant,
  },
})

const TagMapping = new EntitySchema<Tag>({
  class: Tag,
  tableName: 'tag',
  properties: {
    id,
    orgId,
    name: text,
    version: { type: 'integer', version: true },
    createdAt: instant,
    updatedAt: instant,
  },
})

export const entities = [ResourceMapping, UnitMapping, TagMapping]
