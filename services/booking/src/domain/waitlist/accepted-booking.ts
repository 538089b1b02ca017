import { type Act, Booking } from '../booking.ts'
import { BookingItem } from '../booking-item.ts'
import type { WaitlistEntry } from './waitlist-entry.ts'

/**
 * The booking that an offer becomes: its items have the ids of what the offer holds, so that the units pass from one to
 * the other. APPROVED when staff made the offer, or when the policy approves such bookings by itself.
 */
export function acceptedBooking(entry: WaitlistEntry, act: Act, newId: () => string): Booking {
  const { offerStartAt: startAt, offerEndAt: endAt, offered, orgId, requesterUserId, purpose } = entry
  if (startAt === null || endAt === null) throw new Error(`Entry ${entry.id} was not offered for a time.`)
  const request = {
    id: newId(),
    orgId,
    requesterUserId,
    period: { startAt, endAt },
    purpose,
    wishes: [],
    draft: false,
  }
  const booking = new Booking(request, act, newId)
  booking.bufferMinutes = entry.offerBufferMinutes
  booking.items = offered.map(({ id, position, resourceId, resourceUnitId, pinned }) => {
    const wish = { resourceId, ...(pinned && resourceUnitId !== null ? { unitId: resourceUnitId } : {}) }
    const item = new BookingItem({ id, orgId, bookingId: booking.id, position }, wish)
    item.resourceUnitId = resourceUnitId
    return item
  })
  if (entry.offerMadeBy !== null) {
    booking.approve({ by: entry.offerMadeBy, at: act.at, reason: 'offered by staff' }, newId)
  } else if (entry.offerIsAutomatic) {
    booking.approve({ by: null, at: act.at, reason: 'by policy' }, newId)
  }
  return booking
}
