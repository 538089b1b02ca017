import type { BookingWish, Call } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking, requireFutureStart } from '../../domain/booking.ts'
import { strongest } from '../../domain/rules/lending-policy.ts'
import { isStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { answersFor, wishedUnits } from '../supply.ts'
import { hopeless, refuse } from '../take-units.ts'
import { enterWaitlist, isFree, requireAhead } from '../waitlist/enter-waitlist.ts'
import type { EntryView } from '../waitlist/ports.ts'

/** What became of a request: a booking, or where that was asked for and not everything is free, a place in line. */
export type Requested = { booking: Booking } | { entry: EntryView }

/**
 * Books units for a time, or keeps the wish as a draft, which no rule binds yet. Staff may do it for somebody else and
 * enter it late.
 */
export const requestBooking =
  (ports: Ports) =>
  async (call: Call, wish: BookingWish): Promise<Requested> => {
    const { inTransaction, directory, newId } = ports
    const borrowerId = wish.on_behalf_of ?? call.userId
    if (borrowerId !== call.userId && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may book on behalf of somebody else.')
    }
    const [answers, roles] = await Promise.all([
      answersFor(ports, call.orgId, wish.items),
      borrowerId === call.userId ? call.caller.roles : directory.rolesOf(call.orgId, borrowerId),
    ])

    return inTransaction(call, async (tools) => {
      if (roles.length === 0) throw notFound('user')
      if (!isStaff(call)) requireFutureStart(wish.start_at, tools.now)
      const wishes = wishedUnits(wish.items, answers.supply)
      const booking = new Booking(
        {
          id: newId(),
          orgId: call.orgId,
          requesterUserId: borrowerId,
          period: { startAt: wish.start_at, endAt: wish.end_at },
          purpose: wish.purpose,
          wishes,
          draft: wish.status === 'DRAFT',
        },
        { by: call.userId, at: tools.now },
        newId,
      )
      const full =
        booking.occupies && wish.waitlist !== true ? await hopeless(tools, booking, answers.supply) : []
      // What no moving of bookings can serve is refused at once, without waiting for the locks.
      if (full.length === 0) tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      if (booking.occupies) {
        await requireAllowed(tools, call, answers.policy, {
          borrowerId,
          period: booking.period,
          added: { activeBookings: 1, units: wishes.length },
        })
      }
      if (full.length > 0) refuse(tools, booking, full)
      if (wish.waitlist === true) {
        const { orgId, period, purpose } = booking
        const { items } = wish
        const wait = { orgId, borrowerId, role: strongest(roles), period, purpose, items, wishes }
        if (!(await isFree(tools, wait, answers, newId))) {
          requireAhead(period, tools.now)
          return { entry: await enterWaitlist(tools, wait, answers, newId) }
        }
      }
      tools.bookings.add(booking)
      if (booking.occupies) await takeByPolicy(tools, booking, answers, newId)
      return { booking }
    })
  }
