import { Failure } from '@kitroom/errors'

import { assignGiven, type Given } from './given.ts'
import type { ResourceUnit } from './resource-unit.ts'
import type { ResourceStatus } from './status.ts'

export interface ResourceDescription {
  type: string
  name: string
  description: string | null
  serialNumber: string | null
  status: ResourceStatus
  tags: readonly string[]
}

/** How many units a resource has, and how many of them are AVAILABLE; deleted ones count nowhere. */
export interface UnitCounts {
  total: number
  available: number
}

/** A kind of thing that is lent; its units are the things themselves. */
export class Resource {
  id: string
  orgId: string
  type: string
  name: string
  description: string | null
  serialNumber: string | null
  status: ResourceStatus
  /** Names of its tags. */
  tags: readonly string[]
  unitsTotal = 0
  unitsAvailable = 0
  version!: number
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null = null

  constructor(identity: { id: string; orgId: string }, description: ResourceDescription, now: Date) {
    this.id = identity.id
    this.orgId = identity.orgId
    this.type = description.type
    this.name = description.name
    this.description = description.description
    this.serialNumber = description.serialNumber
    this.status = description.status
    this.tags = description.tags
    this.createdAt = now
    this.updatedAt = now
  }

  change(fields: Given<ResourceDescription>, now: Date): void {
    assignGiven<Resource, keyof ResourceDescription>(this, fields)
    this.updatedAt = now
  }

  /** Counts a new unit in. */
  gain(unit: ResourceUnit, now: Date): void {
    this.recount({ total: 0, available: 0 }, countsOf(unit), now)
  }

  /** Lets one of its units change, and counts it anew. */
  amend(unit: ResourceUnit, change: (unit: ResourceUnit) => void, now: Date): void {
    const before = countsOf(unit)
    change(unit)
    this.recount(before, countsOf(unit), now)
  }

  /** Its units go with it. */
  delete(now: Date): void {
    this.deletedAt = now
    this.updatedAt = now
    this.unitsTotal = 0
    this.unitsAvailable = 0
  }

  /**
   * @param units those that come back with it
   * @throws Failure invalid-transition
   */
  restore(units: UnitCounts, now: Date): void {
    this.requireDeleted()
    this.deletedAt = null
    this.updatedAt = now
    this.unitsTotal = units.total
    this.unitsAvailable = units.available
  }

  /** @throws Failure invalid-transition */
  requireDeleted(): void {
    if (this.deletedAt !== null) return
    throw new Failure('invalid-transition', 'The resource is not deleted, so it cannot be restored.')
  }

  /** What clients see of it changes only with its counts, and with that its version. */
  private recount(before: UnitCounts, after: UnitCounts, now: Date): void {
    if (before.total === after.total && before.available === after.available) return
    this.unitsTotal += after.total - before.total
    this.unitsAvailable += after.available - before.available
    this.updatedAt = now
  }
}

function countsOf(unit: ResourceUnit): UnitCounts {
  const there = unit.deletedAt === null
  return { total: there ? 1 : 0, available: there && unit.status === 'AVAILABLE' ? 1 : 0 }
}
