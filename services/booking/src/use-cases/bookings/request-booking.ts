import type { BookingWish, Call } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff } from '../access.ts'
import { type Demand, notingRefusal } from '../demand/note-refusal.ts'
import type { Ports, Work } from '../ports.ts'
import { supplyFor, wishedUnits } from '../supply.ts'
import { takeUnits } from '../take-units.ts'

/** Books units for a time, or keeps the wish as a draft. Staff may do it for somebody else and enter it late. */
export const requestBooking =
  (ports: Ports) =>
  async (call: Call, wish: BookingWish): Promise<Booking> => {
    const { inTransaction, inventory, directory, newId } = ports
    const borrower = wish.on_behalf_of ?? call.userId
    if (borrower !== call.userId && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may book on behalf of somebody else.')
    }
    const [supply, isMember] = await Promise.all([
      supplyFor(inventory, call.orgId, wish.items),
      borrower === call.userId || directory.isMember(call.orgId, borrower),
    ])

    let asked: Demand | undefined
    const book = async (tools: Work): Promise<Booking> => {
      if (!isMember) throw notFound('user')
      if (!isStaff(call)) requireFutureStart(wish.start_at, tools.now)
      const wishes = wishedUnits(wish.items, supply)
      const period = { startAt: wish.start_at, endAt: wish.end_at }
      asked = { userId: borrower, period, wishes }
      const booking = new Booking(
        {
          id: newId(),
          orgId: call.orgId,
          requesterUserId: borrower,
          period,
          purpose: wish.purpose,
          wishes,
          draft: wish.status === 'DRAFT',
        },
        { by: call.userId, at: tools.now },
        newId,
      )
      await tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      tools.bookings.add(booking)
      if (booking.occupies) await takeUnits(tools, booking, supply)
      return booking
    }
    return notingRefusal(
      ports,
      call,
      () => asked,
      () => inTransaction(call, book),
    )
  }
