import type { ClaimedItem } from './claim.ts'

/** What a booking asks for: this very unit, or some unit of a resource. */
export interface WishedUnit {
  resourceId: string
  /** Set when this very unit is asked for. */
  unitId?: string
}

/** The condition of a unit as the desk saw it. */
export type Condition = 'NEW' | 'GOOD' | 'WORN' | 'DAMAGED'

/** Where one unit of a booking is: still with the desk, with the borrower, or back. */
export type ItemState = 'WAITING' | 'OUT' | 'BACK'

/** One unit of a booking. */
export class BookingItem implements ClaimedItem {
  readonly id: string
  readonly orgId: string
  readonly bookingId: string
  /** Its place in the booking, from 0. */
  readonly position: number
  readonly resourceId: string
  /** Null only while a draft has no unit chosen. */
  resourceUnitId: string | null
  /** Asked for, or put there by the desk, as this very unit: it is never moved to another by itself. */
  pinned: boolean
  handedOutAt: Date | null = null
  handedOutCondition: Condition | null = null
  handOutNote: string | null = null
  returnedAt: Date | null = null
  returnedCondition: Condition | null = null
  returnNote: string | null = null

  constructor(of: { id: string; orgId: string; bookingId: string; position: number }, wish: WishedUnit) {
    this.id = of.id
    this.orgId = of.orgId
    this.bookingId = of.bookingId
    this.position = of.position
    this.resourceId = wish.resourceId
    this.resourceUnitId = wish.unitId ?? null
    this.pinned = wish.unitId !== undefined
  }

  get state(): ItemState {
    if (this.returnedAt !== null) return 'BACK'
    return this.handedOutAt === null ? 'WAITING' : 'OUT'
  }

  /** With the borrower: handed out and not yet back. */
  get out(): boolean {
    return this.state === 'OUT'
  }

  /** What was handed out early has its unit before the booking starts; what was scanned in the course of a loan, from then on only. */
  get heldFrom(): Date | null {
    return this.handedOutAt
  }

  /** The desk chose this very unit for it. */
  putOn(unitId: string): void {
    this.resourceUnitId = unitId
    this.pinned = true
  }

  noteHandOut(condition: Condition | null, note: string | null): void {
    this.handedOutCondition = condition
    this.handOutNote = note
  }

  noteReturn(condition: Condition | null, note: string | null): void {
    this.returnedCondition = condition
    this.returnNote = note
  }
}
