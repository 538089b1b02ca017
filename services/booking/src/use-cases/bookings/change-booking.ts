import { type BookingChange, type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { type Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff, requesterOf, requireOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { answersFor, lockedBooking, wishedUnits } from '../supply.ts'

/** @throws Failure invalid-transition when the caller may not change a booking in this status, or not in this way */
function requireChangeable(call: Call, booking: Booking, change: BookingChange): void {
  if (!isStaff(call) && booking.status !== 'DRAFT' && booking.status !== 'PENDING') {
    throw new Failure(
      'invalid-transition',
      `A booking that is ${booking.status} can be changed by staff only; its requester can while it is DRAFT or PENDING.`,
    )
  }
  if (booking.collected && change.items !== undefined) {
    throw new Failure(
      'invalid-transition',
      'What was handed out cannot be exchanged by changing the booking.',
    )
  }
}

/** Changes the time, purpose or items of a booking; what it then needs it takes anew, in the same transaction. */
export const changeBooking =
  (ports: Ports) =>
  async (
    call: Call,
    id: string,
    change: BookingChange,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    const { inTransaction, wishesOf, newId } = ports
    const moves = change.start_at !== undefined || change.end_at !== undefined || change.items !== undefined
    const present = moves ? await wishesOf(call.orgId, id) : []
    const answers = moves ? await answersFor(ports, call.orgId, change.items ?? [], present) : undefined

    return inTransaction(call, async (tools) => {
      const locked =
        answers === undefined
          ? await tools.bookings.forChange(id)
          : await lockedBooking(tools, id, [
              ...answers.supply.resources.keys(),
              // Inventory does not speak of those that were deleted, but the booking has them.
              ...present.map(({ resourceId }) => resourceId),
            ])
      const booking = requireOwnOrStaff(call, 'booking', locked, requesterOf)
      requireVersion(expected, booking.version)
      requireChangeable(call, booking, change)
      const startsAnew =
        change.start_at !== undefined && change.start_at.getTime() !== booking.startAt.getTime()
      if (startsAnew && !isStaff(call)) requireFutureStart(change.start_at ?? booking.startAt, tools.now)
      const [before, unitsBefore] = [booking.period, booking.items.length]
      booking.change(tools.now, {
        ...(moves
          ? { period: { startAt: change.start_at ?? booking.startAt, endAt: change.end_at ?? booking.endAt } }
          : {}),
        ...(change.purpose === undefined ? {} : { purpose: change.purpose }),
      })
      if (answers === undefined) return booking
      if (change.items !== undefined) booking.ask(wishedUnits(change.items, answers.supply), newId)
      if (booking.occupies) {
        await requireAllowed(tools, call, answers.policy, {
          borrowerId: booking.requesterUserId,
          period: booking.period,
          before,
          added: { activeBookings: 0, units: booking.items.length - unitsBefore },
        })
        tools.occupancy.free(booking.id)
        await takeByPolicy(tools, booking, answers, newId)
      }
      return booking
    })
  }
