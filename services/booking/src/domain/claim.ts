import type { Period } from './period.ts'

/** One unit that a claim is about. */
export interface ClaimedItem {
  readonly id: string
  readonly resourceId: string
  /** The unit it is on now, or the one asked for by name; null when it has none yet. */
  readonly resourceUnitId: string | null
  /** Asked for as this very unit. */
  readonly pinned: boolean
  /** With the borrower, so it is where it is. */
  readonly out: boolean
  /** Since when it has its unit, which is kept from then on: also before the claim begins, when it was handed out early. */
  readonly heldFrom?: Date | null
}

/** In whose name units are kept: a booking's, or until some instant that of the offer to a waitlist entry. */
export type Holder = { bookingId: string } | { entryId: string; until: Date }

/** How long an item keeps its unit: the time of its claim, or from when it has the unit to the end of that. */
export function keptBy({ keeps }: Pick<Claim, 'keeps'>, { heldFrom }: Pick<ClaimedItem, 'heldFrom'>): Period {
  if (heldFrom === null || heldFrom === undefined || heldFrom >= keeps.endAt) return keeps
  return { startAt: heldFrom, endAt: keeps.endAt }
}

/** Whoever takes units for a period: a booking, or the offer to a waitlist entry. */
export interface Claim {
  /** Who is to have the units. */
  readonly requesterUserId: string
  readonly holder: Holder
  /** How long its units are kept from others. */
  readonly keeps: Period
  /** What needs a unit now. */
  readonly claimed: readonly ClaimedItem[]
  /** Puts its items on the units that the allocation chose: unit ids by item id. */
  settle: (units: ReadonlyMap<string, string>, at: Date) => void
}
