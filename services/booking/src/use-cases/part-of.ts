import type { Booking } from '../domain/booking.ts'
import type { BookingItem } from '../domain/booking-item.ts'
import type { Claim } from '../domain/claim.ts'

/**
 * Some items of a booking as a claim of their own; the others stay where they are.
 * @param settled what happens to the items once they have their units, before these are taken
 */
export const partOf = (
  booking: Booking,
  items: readonly BookingItem[],
  { keeps = booking.keeps, settled = () => undefined }: { keeps?: Claim['keeps']; settled?: () => void } = {},
): Claim => ({
  requesterUserId: booking.requesterUserId,
  holder: booking.holder,
  keeps,
  claimed: items,
  settle(units, at) {
    booking.settle(units, at)
    settled()
  },
})
