import type { BookingWish, Call } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking, requireFutureStart } from '../../domain/booking.ts'
import { strongest } from '../../domain/rules/lending-policy.ts'
import { isStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { supplyFor, wishedUnits } from '../supply.ts'
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
  ({ inTransaction, inventory, directory, newId }: Ports) =>
  async (call: Call, wish: BookingWish): Promise<Requested> => {
    const borrower = wish.on_behalf_of ?? call.userId
    if (borrower !== call.userId && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may book on behalf of somebody else.')
    }
    const [supply, roles, policy] = await Promise.all([
      supplyFor(inventory, call.orgId, wish.items),
      borrower === call.userId ? call.caller.roles : directory.rolesOf(call.orgId, borrower),
      directory.policyOf(call.orgId),
    ])

    return inTransaction(call, async (tools) => {
      if (roles.length === 0) throw notFound('user')
      if (!isStaff(call)) requireFutureStart(wish.start_at, tools.now)
      const wishes = wishedUnits(wish.items, supply)
      const booking = new Booking(
        {
          id: newId(),
          orgId: call.orgId,
          requesterUserId: borrower,
          period: { startAt: wish.start_at, endAt: wish.end_at },
          purpose: wish.purpose,
          wishes,
          draft: wish.status === 'DRAFT',
        },
        { by: call.userId, at: tools.now },
        newId,
      )
      const full = booking.occupies && wish.waitlist !== true ? await hopeless(tools, booking, supply) : []
      // Who comes too late waits for nobody.
      if (full.length === 0) tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      if (booking.occupies) {
        await requireAllowed(tools, call, policy, {
          borrowerId: borrower,
          period: booking.period,
          added: { activeBookings: 1, units: wishes.length },
        })
      }
      if (full.length > 0) refuse(tools, booking, full)
      if (wish.waitlist === true) {
        const { purpose, period } = booking
        const wait = {
          orgId: call.orgId,
          borrowerId: borrower,
          role: strongest(roles),
          period,
          purpose,
          wishes,
        }
        if (!(await isFree(tools, wait, supply, policy, newId))) {
          requireAhead(period, tools.now)
          const entry = await enterWaitlist(tools, { ...wait, items: wish.items }, supply, policy, newId)
          return { entry }
        }
      }
      tools.bookings.add(booking)
      if (booking.occupies) await takeByPolicy(tools, booking, supply, policy, newId)
      return { booking }
    })
  }
