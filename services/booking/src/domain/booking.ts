import { Failure, invalid } from '@kitroom/errors'

import { BookingItem, type WishedUnit } from './booking-item.ts'
import { FROM, OCCUPYING, type Status, type Step } from './booking-status.ts'
import type { Claim, Holder } from './claim.ts'
import type { RiskReason } from './late/risk.ts'
import { type Period, requirePeriod, withBuffer } from './period.ts'

/** Clocks of clients run a little behind; a start this close to the present is not in the past. */
const START_TOLERANCE_MS = 60_000

/** One entry of a booking's history. */
export class StatusChange {
  readonly id: string
  readonly orgId: string
  readonly bookingId: string
  /** Its place in the history, from 0. */
  readonly position: number
  readonly status: Status
  readonly at: Date
  readonly actorUserId: string | null
  readonly reason: string | null

  constructor(id: string, booking: Booking, act: Act) {
    this.id = id
    this.orgId = booking.orgId
    this.bookingId = booking.id
    this.position = booking.history.length
    this.status = booking.status
    this.at = act.at
    this.actorUserId = act.by
    this.reason = act.reason ?? null
  }
}

/** Who takes a step, when, and why. `by` null means the system itself. */
export interface Act {
  by: string | null
  at: Date
  reason?: string | null
}

/** A new booking as it is asked for, in the domain's words. */
export interface BookingRequest {
  id: string
  orgId: string
  requesterUserId: string
  period: Period
  purpose: string | null
  wishes: readonly WishedUnit[]
  draft: boolean
}

/**
 * A student's time with some units: asked for, approved, handed out, taken back.
 * The constructor guards creation only; a stored booking is filled in without it.
 */
export class Booking implements Claim {
  readonly id: string
  readonly orgId: string
  readonly requesterUserId: string
  status: Status
  startAt: Date
  endAt: Date
  purpose: string | null
  /** How long its units are kept from others after its end, by the policy when they were taken. */
  bufferMinutes = 0
  /** How often its end was moved later at the borrower's wish. */
  renewals = 0
  /** Since when, and why, it is doubtful that its units will be there when it starts. */
  atRiskSince: Date | null = null
  atRiskReason: string | null = null
  /** When its units were given free because nobody came for them. */
  noShowAt: Date | null = null
  readonly createdAt: Date
  updatedAt: Date
  /** The change at hand, as far as `touch` knows of it. */
  private touchedAt?: Date
  cancelledAt: Date | null = null
  pickedUpAt: Date | null = null
  returnedAt: Date | null = null
  readonly version!: number
  /** Kept in tables of their own; whoever loads a booking fills them in. */
  items!: BookingItem[]
  history!: StatusChange[]

  constructor(request: BookingRequest, act: Act, newId: () => string) {
    const period = requirePeriod(request.period.startAt, request.period.endAt)
    this.id = request.id
    this.orgId = request.orgId
    this.requesterUserId = request.requesterUserId
    this.startAt = period.startAt
    this.endAt = period.endAt
    this.purpose = request.purpose
    this.createdAt = act.at
    this.updatedAt = act.at
    this.touchedAt = act.at
    this.items = []
    this.history = []
    this.ask(request.wishes, newId)
    this.status = request.draft ? 'DRAFT' : 'PENDING'
    this.become(this.status, act, newId)
  }

  get period(): Period {
    return { startAt: this.startAt, endAt: this.endAt }
  }

  get holder(): Holder {
    return { bookingId: this.id }
  }

  /** The booking's own time and the buffer after it. */
  get keeps(): Period {
    return withBuffer(this, this.bufferMinutes)
  }

  /** What is not back yet. */
  get claimed(): readonly BookingItem[] {
    return this.items.filter(({ returnedAt }) => returnedAt === null)
  }

  get occupies(): boolean {
    return OCCUPYING.includes(this.status)
  }

  /** A loan: some or all of its units were handed out. */
  get collected(): boolean {
    return this.status === 'CHECKED_OUT'
  }

  /** Replaces what is asked for; what stays asked for keeps its item and its unit. */
  ask(wishes: readonly WishedUnit[], newId: () => string): void {
    const kept = [...this.items]
    this.items = wishes.map((wish, position) => {
      const at = kept.findIndex(
        (item) =>
          item.pinned === (wish.unitId !== undefined) &&
          (item.pinned ? item.resourceUnitId === wish.unitId : item.resourceId === wish.resourceId),
      )
      const [same] = at === -1 ? [] : kept.splice(at, 1)
      return same ?? new BookingItem({ id: newId(), orgId: this.orgId, bookingId: this.id, position }, wish)
    })
  }

  submit(act: Act, newId: () => string): void {
    this.require('submit')
    this.become('PENDING', act, newId)
  }

  approve(act: Act, newId: () => string): void {
    this.require('approve')
    this.become('APPROVED', act, newId)
  }

  reject(act: Act, newId: () => string): void {
    this.require('reject')
    this.become('REJECTED', act, newId)
  }

  cancel(act: Act, newId: () => string): void {
    this.require('cancel')
    this.cancelledAt = act.at
    this.become('CANCELLED', act, newId)
  }

  /** Changes the time, the purpose or both. @throws Failure invalid-transition, validation-failed */
  change(at: Date, to: { period?: Period; purpose?: string | null }): void {
    this.require('change')
    if (to.period !== undefined) {
      const { startAt, endAt } = requirePeriod(to.period.startAt, to.period.endAt)
      if (this.collected && startAt.getTime() !== this.startAt.getTime()) {
        throw new Failure('invalid-transition', 'The start of a loan that was handed out cannot change.')
      }
      this.startAt = startAt
      this.endAt = endAt
    }
    if (to.purpose !== undefined) this.purpose = to.purpose
    this.touch(at)
  }

  settle(units: ReadonlyMap<string, string>, at: Date): void {
    for (const item of this.items) {
      const unitId = units.get(item.id)
      if (unitId === undefined || item.resourceUnitId === unitId) continue
      item.resourceUnitId = unitId
      this.touch(at)
    }
  }

  /** Moves an item to a like unit to make room for another booking. */
  place(itemId: string, unitId: string, at: Date): void {
    const item = this.items.find(({ id }) => id === itemId)
    if (item === undefined || item.pinned || item.handedOutAt !== null) {
      throw new Error(`Item ${itemId} of booking ${this.id} cannot be moved.`)
    }
    item.resourceUnitId = unitId
    this.touch(at)
  }

  /**
   * Notes that something about it changed, its items included: with this its version rises, also when two changes
   * happen in the same millisecond.
   */
  touch(at: Date): void {
    if (this.touchedAt?.getTime() === at.getTime()) return
    this.touchedAt = at
    this.updatedAt = at > this.updatedAt ? at : new Date(this.updatedAt.getTime() + 1)
  }

  /** Notes that its units may not be there when it starts; for the same reason again it changes nothing. */
  doubt(reason: RiskReason, at: Date): void {
    if (this.atRiskReason === reason) return
    this.atRiskSince ??= at
    this.atRiskReason = reason
    this.touch(at)
  }

  /** Notes that nothing speaks against its units being there any more. */
  reassure(at: Date): void {
    if (this.atRiskSince === null) return
    this.atRiskSince = null
    this.atRiskReason = null
    this.touch(at)
  }

  /** @throws Failure invalid-transition when the status does not allow the step */
  require(step: Step): void {
    const allowed: readonly Status[] = FROM[step]
    if (allowed.includes(this.status)) return
    throw new Failure(
      'invalid-transition',
      `A booking that is ${this.status} cannot do this step (${step}); it would have to be ${allowed.join(' or ')}.`,
      { facts: { present_status: this.status, possible_from: allowed } },
    )
  }

  /** Enters a status and remembers it. Whoever calls this has made sure that it may. */
  become(status: Status, act: Act, newId: () => string): void {
    this.status = status
    this.touch(act.at)
    if (!this.occupies || this.claimed.every(({ out }) => out)) this.reassure(act.at)
    this.history.push(new StatusChange(newId(), this, act))
  }
}

const ENTERED_LATE = 'A booking cannot start in the past; only staff may enter one late.'

/** @throws Failure validation-failed when a start lies in the past; only staff may enter what already happened */
export function requireFutureStart(startAt: Date, now: Date, detail = ENTERED_LATE): void {
  if (startAt.getTime() >= now.getTime() - START_TOLERANCE_MS) return
  throw invalid([{ pointer: '/start_at', detail }])
}
