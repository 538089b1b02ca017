import { Failure } from '@kitroom/errors'

import type { Period } from '../period.ts'
import { requirePeriod } from '../period.ts'
import type { Role } from '../rules/lending-policy.ts'
import type { Offer, OfferItem } from './offer.ts'
import type { WaitlistItem } from './waitlist-item.ts'
import { FROM, type Status, type Step, TO } from './waitlist-steps.ts'

/** A new entry, in the domain's words. */
export interface WaitlistRequest {
  id: string
  orgId: string
  requesterUserId: string
  /** The strongest role of the requester. */
  requesterRole: Role
  period: Period
  purpose: string | null
}

/** Who takes a step, and when. `by` null means the system itself. */
interface Act {
  by: string | null
  at: Date
  reason?: string | null
}

/**
 * Somebody's wish for units that were not free, from joining the waitlist to its end.
 * The constructor guards creation only; a stored entry is filled in without it.
 */
export class WaitlistEntry {
  readonly id: string
  readonly orgId: string
  readonly requesterUserId: string
  readonly requesterRole: Role
  status: Status = 'WAITING'
  readonly startAt: Date
  readonly endAt: Date
  readonly purpose: string | null
  offeredAt: Date | null = null
  offerExpiresAt: Date | null = null
  offerStartAt: Date | null = null
  offerEndAt: Date | null = null
  /** How long its units would be kept from others after the booking. */
  offerBufferMinutes = 0
  /** The member of staff who made the offer; null for the system itself. */
  offerMadeBy: string | null = null
  /** The policy approves the booking that the offer would become. */
  offerIsAutomatic = false
  bookingId: string | null = null
  reason: string | null = null
  endedAt: Date | null = null
  endedBy: string | null = null
  readonly createdAt: Date
  updatedAt: Date
  readonly version!: number
  /** Kept in tables of their own; whoever loads an entry fills them in. */
  items!: WaitlistItem[]
  offered!: OfferItem[]

  constructor(request: WaitlistRequest, at: Date) {
    const { startAt, endAt } = requirePeriod(request.period.startAt, request.period.endAt)
    this.id = request.id
    this.orgId = request.orgId
    this.requesterUserId = request.requesterUserId
    this.requesterRole = request.requesterRole
    this.startAt = startAt
    this.endAt = endAt
    this.purpose = request.purpose
    this.createdAt = at
    this.updatedAt = at
    this.items = []
    this.offered = []
  }

  get period(): Period {
    return { startAt: this.startAt, endAt: this.endAt }
  }

  /** All resources that it asks for or that are held for it. */
  get resourceIds(): string[] {
    return [...new Set([...this.items, ...this.offered].map(({ resourceId }) => resourceId))]
  }

  /** Whether an offer to it is over, though nobody has said so yet. */
  hasLapsed(now: Date): boolean {
    return this.status === 'OFFERED' && this.offerExpiresAt !== null && this.offerExpiresAt <= now
  }

  /** Holds what was found for it. */
  offer(offer: Offer, at: Date): void {
    this.become('offer', { by: offer.madeBy, at })
    this.offeredAt = at
    this.offerExpiresAt = offer.holder.until
    this.offerStartAt = offer.period.startAt
    this.offerEndAt = offer.period.endAt
    this.offerBufferMinutes = offer.bufferMinutes
    this.offerMadeBy = offer.madeBy
    this.offerIsAutomatic = offer.isAutomatic
    this.offered = [...offer.claimed]
  }

  /** Notes the booking that the offer became. */
  accept(bookingId: string, act: Act): void {
    this.become('accept', act)
    this.bookingId = bookingId
  }

  decline(act: Act): void {
    this.become('decline', act)
  }

  cancel(act: Act): void {
    this.become('cancel', act)
  }

  reject(act: Act): void {
    this.become('reject', act)
  }

  /** Ends it because its offer, or else the time it asks for, has come and gone by. */
  expire(act: Act): void {
    this.become(this.status === 'WAITING' && this.startAt <= act.at ? 'outlive' : 'expire', act)
  }

  /** Takes an offer back that cannot be kept: it waits again, at its old place. */
  withdraw(at: Date): void {
    this.become('withdraw', { by: null, at })
    this.offeredAt = null
    this.offerExpiresAt = null
  }

  /** @throws Failure invalid-transition, offer-expired */
  require(step: Step, now: Date): void {
    const wasOffered = this.status === 'EXPIRED' && this.offeredAt !== null
    const isOver = this.hasLapsed(now) && step !== 'expire'
    if (isOver || (wasOffered && (step === 'accept' || step === 'decline'))) {
      throw new Failure('offer-expired', 'The offer has expired; what it held is free for others.', {
        facts: { offer_expires_at: this.offerExpiresAt?.toISOString() ?? null },
      })
    }
    const allowed: readonly Status[] = FROM[step]
    if (allowed.includes(this.status)) return
    throw new Failure(
      'invalid-transition',
      `A waitlist entry that is ${this.status} cannot do this step (${step}); it would have to be ${allowed.join(' or ')}.`,
      { facts: { present_status: this.status, possible_from: allowed } },
    )
  }

  private become(step: Step, act: Act): void {
    this.require(step, act.at)
    this.status = TO[step]
    this.updatedAt = act.at
    if (this.status !== 'OFFERED') this.offered = []
    for (const item of this.items) item.waiting = this.status === 'WAITING'
    if (this.status === 'WAITING' || this.status === 'OFFERED') return
    this.endedAt = act.at
    this.endedBy = act.by
    this.reason = act.reason ?? null
  }
}
