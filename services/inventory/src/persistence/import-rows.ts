import { newId, sql, type Transaction } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

import { resourceFacts, type ResourceState, unitFacts, type UnitState } from '../domain/facts.ts'
import type { GrowingResource, NewUnitRow, PlannedResource } from '../domain/import-plan.ts'

/** Rows per statement, so that neither the statement's text nor its time grows with the file. */
const ROWS_AT_ONCE = 5_000

interface Home {
  id: string
  tags: readonly string[]
  units: readonly NewUnitRow[]
}

export async function insertResources(
  tx: Transaction,
  orgId: string,
  planned: readonly PlannedResource[],
): Promise<(PlannedResource & { id: string })[]> {
  const resources = planned.map((resource) => ({ ...resource, id: newId() }))
  for (let at = 0; at < resources.length; at += ROWS_AT_ONCE) {
    const rows = resources.slice(at, at + ROWS_AT_ONCE).map((resource) => ({
      ...resource,
      units: resource.units.length,
      unit_text: unitText(resource.units),
    }))
    await tx.query(sql`
      insert into resource (org_id, id, type, name, description, serial_number, status, units_total,
                            units_available, unit_text, created_at, updated_at)
      select ${orgId}::uuid, id, type, name, description, "serialNumber", 'AVAILABLE', units, units, unit_text,
             ${tx.now}::timestamptz, ${tx.now}::timestamptz
      from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        id uuid, type text, name text, description text, "serialNumber" text, units integer, unit_text text)`)
  }
  for (const resource of resources) {
    const { units, ...described } = resource
    const state: ResourceState = {
      ...described,
      orgId,
      status: 'AVAILABLE',
      unitsTotal: units.length,
      unitsAvailable: units.length,
      version: 1,
      createdAt: tx.now,
      deletedAt: null,
    }
    tx.changes.record({
      entityType: 'Resource',
      entityId: resource.id,
      before: null,
      after: resourceFacts(state),
    })
  }
  return resources
}

/** What the trigger on resource_unit will tell the search; said at once, the resource is not written twice. */
function unitText(units: readonly NewUnitRow[]): string {
  const sorted = units.toSorted((a, b) => (a.barcode < b.barcode ? -1 : 1))
  return sorted.flatMap(({ barcode, serialNumber }) => [barcode, serialNumber ?? []].flat()).join('\n')
}

/** Counts the new units of resources that are locked, and so still what they were when they were read. */
export async function raiseCounts(
  tx: Transaction,
  orgId: string,
  growing: readonly GrowingResource[],
): Promise<void> {
  if (growing.length === 0) return
  const rows = growing.map(({ resource, units }) => ({ id: resource.id, units: units.length }))
  await tx.query(sql`
    update resource set units_total = units_total + grown.units, units_available = units_available + grown.units,
                        version = version + 1, updated_at = ${tx.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as grown (id uuid, units integer)
    where resource.org_id = ${orgId} and resource.id = grown.id`)
  for (const { resource, tags, units } of growing) {
    const after: ResourceState = {
      ...resource,
      tags: [...new Set([...resource.tags, ...tags])],
      unitsTotal: resource.unitsTotal + units.length,
      unitsAvailable: resource.unitsAvailable + units.length,
      version: resource.version + 1,
    }
    tx.changes.record({
      entityType: 'Resource',
      entityId: resource.id,
      before: resourceFacts(resource),
      after: resourceFacts(after),
    })
  }
}

/** @throws Failure dependency-unavailable when somebody adds a unit with one of the barcodes at this moment */
export async function insertUnits(tx: Transaction, orgId: string, homes: readonly Home[]): Promise<void> {
  for (const some of together(homes)) await insertUnitsOf(tx, orgId, some)
}

/**
 * All units of a resource go into one statement: after each the trigger on resource_unit tells the search of the
 * resources concerned, and finds it told already when they are complete.
 */
function together(homes: readonly Home[]): Home[][] {
  const batches: Home[][] = []
  let room = 0
  for (const home of homes) {
    if (room <= 0) {
      batches.push([])
      room = ROWS_AT_ONCE
    }
    batches.at(-1)?.push(home)
    room -= home.units.length
  }
  return batches
}

async function insertUnitsOf(tx: Transaction, orgId: string, homes: readonly Home[]): Promise<void> {
  const units = homes.flatMap(({ id, units }) =>
    units.map(({ barcode, serialNumber, condition }): UnitState => ({
      id: newId(),
      orgId,
      resourceId: id,
      barcode,
      serialNumber,
      condition,
      status: 'AVAILABLE',
      version: 1,
      createdAt: tx.now,
      deletedAt: null,
    })),
  )
  const inserted = await tx.query(sql`
    insert into resource_unit (org_id, id, resource_id, barcode, serial_number, condition, status, created_at,
                               updated_at, condition_at, status_at)
    select ${orgId}::uuid, id, "resourceId", barcode, "serialNumber", condition, status,
           ${tx.now}::timestamptz, ${tx.now}::timestamptz, ${tx.now}::timestamptz, ${tx.now}::timestamptz
    from json_to_recordset(${JSON.stringify(units)}::json) as row (
      id uuid, "resourceId" uuid, barcode text, "serialNumber" text, condition text, status text)
    on conflict (org_id, barcode, deleted_at) do nothing
    returning id`)
  if (inserted.length < units.length) {
    throw new Failure(
      'dependency-unavailable',
      'Somebody added a unit with a barcode of this file at the same moment. Import it again.',
      { retryAfterSeconds: 1 },
    )
  }
  for (const unit of units) {
    tx.changes.record({ entityType: 'ResourceUnit', entityId: unit.id, before: null, after: unitFacts(unit) })
  }
}

export async function keepAlsoTags(
  tx: Transaction,
  orgId: string,
  homes: readonly Home[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const pairs = homes.flatMap(({ id, tags }) => tags.map((name) => ({ id, tag: ids.get(name) })))
  for (let at = 0; at < pairs.length; at += ROWS_AT_ONCE) {
    await tx.query(sql`
      insert into resource_tag (org_id, resource_id, tag_id)
      select ${orgId}::uuid, id, tag
      from json_to_recordset(${JSON.stringify(pairs.slice(at, at + ROWS_AT_ONCE))}::json) as row (id uuid, tag uuid)
      on conflict do nothing`)
  }
}
