import { sql } from '@kitroom/database'

/** A ResourceState, with its tags, in one row. */
export const RESOURCE = sql`
  resource.id, resource.org_id as "orgId", resource.type, resource.name, resource.description,
  resource.serial_number as "serialNumber", resource.status, resource.units_total as "unitsTotal",
  resource.units_available as "unitsAvailable", resource.version, resource.created_at as "createdAt",
  resource.deleted_at as "deletedAt",
  array(
    select tag.name from resource_tag
    join tag on tag.org_id = resource_tag.org_id and tag.id = resource_tag.tag_id
    where resource_tag.org_id = resource.org_id and resource_tag.resource_id = resource.id
  ) as tags`

/** A UnitState. */
export const UNIT = sql`
  unit.id, unit.org_id as "orgId", unit.resource_id as "resourceId", unit.barcode,
  unit.serial_number as "serialNumber", unit.condition, unit.status, unit.version,
  unit.created_at as "createdAt", unit.deleted_at as "deletedAt"`

/** A TagState. */
export const TAG = sql`
  tag.id, tag.org_id as "orgId", tag.name, tag.version, tag.created_at as "createdAt"`
