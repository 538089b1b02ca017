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
  /** Since when it has its unit; within the time of the claim it is kept from then on only. */
  readonly heldFrom?: Date | null
}

/** In whose name units are kept: a booking's, or until some instant that of the offer to a waitlist entry. */
export type Holder = { bookingId: string } | { entryId: string; until: Date }

/** How long an item keeps its unit: the time of its claim, or what is left of it from when it has the unit. */
export function keptBy({ keeps }: Pick<Claim, 'keeps'>, { heldFrom }: Pick<ClaimedItem, 'heldFrom'>): Period {
  const isLater =
    heldFrom !== null && heldFrom !== undefined && heldFrom > keeps.startAt && heldFrom < keeps.endAt
  return isLater ? { startAt: heldFrom, endAt: keeps.endAt } : keeps
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
