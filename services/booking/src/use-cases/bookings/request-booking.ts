import type { BookingWish, Call } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { supplyFor, wishedUnits } from '../supply.ts'

/**
 * Books units for a time, or keeps the wish as a draft, which no rule binds yet. Staff may do it for somebody else and
 * enter it late.
 */
export const requestBooking =
  ({ inTransaction, inventory, directory, newId }: Ports) =>
  async (call: Call, wish: BookingWish): Promise<Booking> => {
    const borrower = wish.on_behalf_of ?? call.userId
    if (borrower !== call.userId && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may book on behalf of somebody else.')
    }
    const [supply, isMember, policy] = await Promise.all([
      supplyFor(inventory, call.orgId, wish.items),
      borrower === call.userId || directory.isMember(call.orgId, borrower),
      directory.policyOf(call.orgId),
    ])

    return inTransaction(call, async (tools) => {
      if (!isMember) throw notFound('user')
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
      await tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      if (booking.occupies) {
        await requireAllowed(tools, call, policy, {
          borrowerId: borrower,
          period: booking.period,
          added: { activeBookings: 1, units: wishes.length },
        })
      }
      tools.bookings.add(booking)
      if (booking.occupies) await takeByPolicy(tools, booking, supply, policy, newId)
      return booking
    })
  }
