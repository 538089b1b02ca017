import { Failure } from '@kitroom/errors'

export type FineStatus = 'OPEN' | 'PAID' | 'WAIVED'

/** A new fine, in the domain's words. */
export interface FineNotice {
  id: string
  orgId: string
  userId: string
  /** The booking it is for; null when it is for something else. */
  bookingId: string | null
  reason: string
  /** Minor units of `currency`, more than 0. */
  amountCents: number
  currency: string
}

/**
 * Money a borrower owes. It is OPEN until it is paid or waived, and neither can be undone.
 * The constructor guards creation only; a stored fine is filled in without it.
 */
export class Fine {
  readonly id: string
  readonly orgId: string
  readonly userId: string
  readonly bookingId: string | null
  readonly reason: string
  readonly amountCents: number
  readonly currency: string
  status: FineStatus = 'OPEN'
  waiverReason: string | null = null
  readonly createdAt: Date
  readonly version!: number

  constructor(notice: FineNotice, at: Date) {
    this.id = notice.id
    this.orgId = notice.orgId
    this.userId = notice.userId
    this.bookingId = notice.bookingId
    this.reason = notice.reason
    this.amountCents = notice.amountCents
    this.currency = notice.currency
    this.createdAt = at
  }

  /** Notes that a payment covers it. @throws Failure invalid-transition */
  pay(): void {
    this.requireOpen('pay')
    this.status = 'PAID'
  }

  /** Lets it off. @throws Failure invalid-transition */
  waive(reason: string): void {
    this.requireOpen('waive')
    this.status = 'WAIVED'
    this.waiverReason = reason
  }

  private requireOpen(step: string): void {
    if (this.status === 'OPEN') return
    throw new Failure(
      'invalid-transition',
      `A fine that is ${this.status} cannot do this step (${step}); it would have to be OPEN.`,
      { facts: { fine_id: this.id, status: this.status, possible_from: ['OPEN'] } },
    )
  }
}
