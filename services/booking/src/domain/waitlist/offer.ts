import type { WishedUnit } from '../booking-item.ts'
import type { Claim, ClaimedItem, Holder } from '../claim.ts'
import { type Period, withBuffer } from '../period.ts'

/** One unit that an offer holds. */
export class OfferItem implements ClaimedItem {
  readonly id: string
  readonly orgId: string
  readonly entryId: string
  /** Its place in the offer, from 0. */
  readonly position: number
  readonly resourceId: string
  resourceUnitId: string | null
  readonly pinned: boolean

  constructor(of: { id: string; orgId: string; entryId: string; position: number }, wish: WishedUnit) {
    this.id = of.id
    this.orgId = of.orgId
    this.entryId = of.entryId
    this.position = of.position
    this.resourceId = wish.resourceId
    this.resourceUnitId = wish.unitId ?? null
    this.pinned = wish.unitId !== undefined
  }

  /** What is offered is at the desk. */
  get out(): false {
    return false
  }
}

/** How an offer is made. */
export interface OfferTerms {
  period: Period
  wishes: readonly WishedUnit[]
  until: Date
  bufferMinutes: number
  /** Null for the system itself. */
  madeBy: string | null
  /** The policy approves the booking it would become. */
  isAutomatic: boolean
}

/** Units held for a waitlist entry until an instant. */
export class Offer implements Claim {
  readonly requesterUserId: string
  readonly holder: Extract<Holder, { entryId: string }>
  readonly period: Period
  readonly bufferMinutes: number
  readonly madeBy: string | null
  readonly isAutomatic: boolean
  readonly claimed: readonly OfferItem[]

  constructor(
    entry: { id: string; orgId: string; requesterUserId: string },
    terms: OfferTerms,
    newId: () => string,
  ) {
    this.requesterUserId = entry.requesterUserId
    this.holder = { entryId: entry.id, until: terms.until }
    this.period = terms.period
    this.bufferMinutes = terms.bufferMinutes
    this.madeBy = terms.madeBy
    this.isAutomatic = terms.isAutomatic
    this.claimed = terms.wishes.map(
      (wish, position) =>
        new OfferItem({ id: newId(), orgId: entry.orgId, entryId: entry.id, position }, wish),
    )
  }

  /** Its own time and the buffer after it, so that the booking it becomes keeps just this. */
  get keeps(): Period {
    return withBuffer(this.period, this.bufferMinutes)
  }

  settle(units: ReadonlyMap<string, string>): void {
    for (const item of this.claimed) item.resourceUnitId = units.get(item.id) ?? item.resourceUnitId
  }
}
