import { Failure } from '@kitroom/errors'

import { assignGiven, type Given } from './given.ts'
import type { UnitCondition, UnitStatus } from './status.ts'

export interface UnitIdentity {
  id: string
  orgId: string
  resourceId: string
}

export interface UnitDescription {
  barcode: string
  serialNumber: string | null
  condition: UnitCondition
  status: UnitStatus
}

/** What the desk noted about a unit that went out or came back. */
export interface Sighting {
  unitId: string
  condition: UnitCondition
  isBack: boolean
  at: Date
}

/** One thing that is lent, with a barcode of its own. */
export class ResourceUnit {
  id: string
  orgId: string
  resourceId: string
  barcode: string
  serialNumber: string | null
  condition: UnitCondition
  status: UnitStatus
  version!: number
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null = null
  /** It went because its resource went, and comes back with it. */
  deletedWithResource = false
  /** When it was in this condition, and when somebody gave it this status: what was seen before tells nothing new. */
  conditionAt: Date
  statusAt: Date

  constructor(identity: UnitIdentity, description: UnitDescription, now: Date) {
    this.id = identity.id
    this.orgId = identity.orgId
    this.resourceId = identity.resourceId
    this.barcode = description.barcode
    this.serialNumber = description.serialNumber
    this.condition = description.condition
    this.status = description.status
    this.createdAt = now
    this.updatedAt = now
    this.conditionAt = now
    this.statusAt = now
  }

  change(fields: Given<UnitDescription>, now: Date): void {
    assignGiven<ResourceUnit, keyof UnitDescription>(this, fields)
    this.updatedAt = now
    if (fields.condition !== undefined) this.conditionAt = now
    if (fields.status !== undefined) this.statusAt = now
  }

  /**
   * Notes the condition in which the desk of booking saw it. Damaged when it came back, it is not lent until somebody
   * looked after it; one that is retired stays so. A condition noted at hand-out sends nothing away: the unit is out. In
   * whatever order sightings are heard, they end alike, and none undoes what was said of the unit later (EVT-8).
   */
  noteCondition({ condition, isBack, at }: Omit<Sighting, 'unitId'>, now: Date): void {
    const isBroken = isBack && condition === 'DAMAGED' && at > this.statusAt && this.status !== 'RETIRED'
    const isNews = condition !== this.condition && at > this.conditionAt
    if (isNews) [this.condition, this.conditionAt] = [condition, at]
    if (isNews || (isBroken && this.status !== 'MAINTENANCE')) this.updatedAt = now
    if (isBroken) this.status = 'MAINTENANCE'
  }

  delete(now: Date): void {
    this.deletedAt = now
    this.updatedAt = now
  }

  /** @throws Failure invalid-transition */
  restore(now: Date): void {
    if (this.deletedAt === null) {
      throw new Failure('invalid-transition', 'The unit is not deleted, so it cannot be restored.')
    }
    this.deletedAt = null
    this.deletedWithResource = false
    this.updatedAt = now
  }
}

/** The refusal of barcodes that other units carry already; a deleted unit's barcode is free. */
export function barcodeTaken(barcodes: readonly string[]): Failure {
  const [first = '', ...others] = barcodes
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return new Failure(
    'already-exists',
    `Another unit of this organisation carries the barcode ${first}${more}.`,
  )
}
