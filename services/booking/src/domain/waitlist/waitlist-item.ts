import type { WishedUnit } from '../booking-item.ts'

/** What one item asks for: this very unit, or so many units of a resource. */
export type Wanted = { resourceId: string } & ({ unitId: string } | { quantity: number })

/** One thing that a waitlist entry asks for. */
export class WaitlistItem {
  readonly id: string
  readonly orgId: string
  readonly entryId: string
  /** Its place in the entry, from 0. */
  readonly position: number
  readonly resourceId: string
  /** Set when this very unit is asked for. */
  readonly resourceUnitId: string | null
  readonly quantity: number
  /** Its entry is WAITING. */
  waiting = true

  constructor(of: { id: string; orgId: string; entryId: string; position: number }, wanted: Wanted) {
    this.id = of.id
    this.orgId = of.orgId
    this.entryId = of.entryId
    this.position = of.position
    this.resourceId = wanted.resourceId
    this.resourceUnitId = 'unitId' in wanted ? wanted.unitId : null
    this.quantity = 'quantity' in wanted ? wanted.quantity : 1
  }

  /** The same, one by one. */
  get wishes(): WishedUnit[] {
    const { resourceId, resourceUnitId: unitId } = this
    return Array.from({ length: this.quantity }, () => ({
      resourceId,
      ...(unitId === null ? {} : { unitId }),
    }))
  }
}
