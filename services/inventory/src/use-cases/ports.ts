import type { Origin, Page, Paging } from '@kitroom/contracts'

import type { ResourceState, TagState, UnitState } from '../domain/facts.ts'
import type { ImportPlan } from '../domain/import-plan.ts'
import type { Resource, UnitCounts } from '../domain/resource.ts'
import type { ResourceUnit, Sighting } from '../domain/resource-unit.ts'
import type { ResourceStatus, UnitStatus } from '../domain/status.ts'
import type { Tag } from '../domain/tag.ts'

/** Runs a use case in one transaction, with everything in it bound to that transaction. */
export type InTransaction = <Result>(
  origin: Origin,
  work: (inventory: Inventory) => Promise<Result>,
) => Promise<Result>

/** One organisation's inventory as a use case changes it. */
export interface Inventory {
  resources: ResourceStore
  units: UnitStore
  tags: TagStore
  imports: ImportStore
  /** Notes that an event is being dealt with; false when it was before. */
  firstReceipt: (eventId: string) => Promise<boolean>
  now: Date
  newId: () => string
}

export interface ResourceStore {
  /** Keeps a new resource with its tags, making those that do not exist. */
  add: (resource: Resource) => Promise<void>
  /** A resource, deleted or not, that nobody else changes, nor any of its units, until the transaction ends. */
  forChange: (id: string) => Promise<Resource | undefined>
  /** Makes the kept tags those the resource names. */
  keepTags: (resource: Resource) => Promise<void>
}

export interface UnitStore {
  add: (unit: ResourceUnit) => void
  /** A unit, deleted or not, and its resource; both as `ResourceStore.forChange` gives them. */
  forChange: (id: string) => Promise<{ unit: ResourceUnit; resource: Resource } | undefined>
  /**
   * Those of the units, deleted or not, that are not as they were last seen, or damaged: the others need no look. In an order
   * in which nobody who changes several waits for another in a circle.
   */
  notAsSeen: (sightings: readonly Sighting[]) => Promise<string[]>
  /** Remembers that units were seen as they are: what is heard of earlier is out of date. */
  noteSeen: (sightings: readonly Sighting[]) => Promise<void>
  /** Which of these barcodes a unit carries that is not deleted. */
  taken: (barcodes: readonly string[]) => Promise<string[]>
  /** Barcodes of the units that were deleted with their resource. */
  barcodesDeletedWith: (resource: Resource) => Promise<string[]>
  deleteAllOf: (resource: Resource) => Promise<void>
  /** Brings back the units that were deleted with their resource. */
  restoreAllOf: (resource: Resource) => Promise<UnitCounts>
}

export interface TagStore {
  add: (tag: Tag) => void
  forChange: (id: string) => Promise<Tag | undefined>
  isTaken: (name: string) => Promise<boolean>
  /** Raises the version of every resource that has the tag, which now shows another name. */
  tellResources: (tag: Tag, newName: string) => Promise<void>
  /** Deletes the tag, also from the resources that have it. */
  delete: (tag: Tag) => Promise<void>
}

export interface ImportStore {
  /** Lets one import of the organisation run at a time. */
  takeTurns: () => Promise<void>
  barcodesThere: (barcodes: readonly string[]) => Promise<Set<string>>
  /** The resources with these names and types, the oldest first. Nobody else changes them until the end. */
  resourcesThere: (kinds: readonly { name: string; type: string }[]) => Promise<ResourceState[]>
  carryOut: (plan: ImportPlan) => Promise<void>
}

export interface ResourceFilter {
  type?: string | undefined
  status?: ResourceStatus | undefined
  /** Names of tags; it must have them all. */
  tag?: readonly string[] | undefined
  q?: string | undefined
  created_from?: Date | undefined
  created_to?: Date | undefined
  include_deleted?: boolean | undefined
}

export interface UnitFilter {
  barcode?: string | undefined
  status?: readonly UnitStatus[] | undefined
  include_deleted?: boolean | undefined
}

/** What screens ask; deleted things are shown only when `include_deleted` says so. */
export interface Reads {
  listResources: (orgId: string, query: ResourceFilter & Paging) => Promise<Page<ResourceState>>
  resource: (orgId: string, id: string, includeDeleted: boolean) => Promise<ResourceState | undefined>
  listUnits: (orgId: string, query: UnitFilter & Paging) => Promise<Page<UnitState>>
  /** undefined when there is no such resource. */
  listUnitsOf: (
    orgId: string,
    resourceId: string,
    query: UnitFilter & Paging,
  ) => Promise<Page<UnitState> | undefined>
  unit: (orgId: string, id: string, includeDeleted: boolean) => Promise<UnitState | undefined>
  tag: (orgId: string, id: string) => Promise<TagState | undefined>
  listTags: (orgId: string, query: { q?: string | undefined } & Paging) => Promise<Page<TagState>>
}

/** A unit as booking sees it. */
export interface UnitForBooking {
  id: string
  resource_id: string
  barcode: string
  status: UnitStatus
  lendable: boolean
  resource_name: string
  resource_type: string
}

/** A resource as booking sees it. */
export interface ResourceForBooking {
  resource_id: string
  name: string
  type: string
  lendable: boolean
  /** Those that can be lent, sorted. */
  unit_ids: string[]
}

/** What booking may look for among the resources that have a lendable unit. */
export interface LendableFilter {
  type?: string | undefined
  /** Names of tags; it must have them all. */
  tag?: readonly string[] | undefined
  q?: string | undefined
  /** Units that somebody has at the time in question. */
  takenUnitIds: readonly string[]
  /** Leaves out resources whose lendable units are all taken. */
  freeOnly: boolean
  /** What the list is of besides: a cursor of another list is refused. */
  cursorScope: string
}

/** A resource that booking found. */
export interface FoundResource {
  resource_id: string
  name: string
  type: string
  tags: string[]
  /** Its lendable units. */
  units_total: number
  /** Of these, the ones that are not taken. */
  units_free: number
}

/** A resource as reports speak of it. */
export interface ListedResource {
  resource_id: string
  name: string
  type: string
  /** Not deleted, and neither LOST nor RETIRED. */
  units: number
  deleted: boolean
}

/** What booking asks; unknown, deleted and foreign ids are absent from the answers. */
export interface Lending {
  units: (orgId: string, unitIds: readonly string[]) => Promise<UnitForBooking[]>
  resources: (
    orgId: string,
    wanted: { resourceIds: readonly string[]; unitIds: readonly string[] },
  ) => Promise<ResourceForBooking[]>
  find: (orgId: string, wanted: LendableFilter & Paging) => Promise<Page<FoundResource>>
  /** The resources after one by id, or those of these ids, deleted ones too, as many as fit into a message. */
  list: (
    orgId: string,
    wanted: { after: string | undefined; ids: readonly string[] | undefined },
  ) => Promise<{ resources: ListedResource[]; hasNext: boolean }>
}
