import type { Call, Page } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { isStaff, requireOwnOrStaff } from '../access.ts'
import type { BookingFilters, BookingReads, BookingView } from '../ports.ts'

/** Lists bookings: students see their own, staff all. @throws Failure forbidden when a student asks for another's */
export const listBookings =
  ({ list }: Pick<BookingReads, 'list'>) =>
  async (call: Call, filters: BookingFilters): Promise<Page<BookingView>> => {
    const requester = filters.requester === 'me' ? call.userId : filters.requester
    if (isStaff(call)) return list(call.orgId, { ...filters, requester })
    if (requester !== undefined && requester !== call.userId) {
      throw new Failure(
        'forbidden',
        'Only staff may list the bookings of others; leave `requester` out or write `me`.',
      )
    }
    return list(call.orgId, { ...filters, requester: call.userId })
  }

/** Shows one booking to its requester and to staff. @throws Failure not-found, forbidden */
export const showBooking =
  ({ one }: Pick<BookingReads, 'one'>) =>
  async (call: Call, id: string): Promise<BookingView> =>
    requireOwnOrStaff(call, 'booking', await one(call.orgId, id), (booking) => booking.requester_user_id)
