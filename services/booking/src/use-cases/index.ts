import { approveBooking } from './approve-booking.ts'
import type { AvailabilityReads } from './availability/ports.ts'
import { searchAvailability } from './availability/search-availability.ts'
import { showAvailability } from './availability/show-availability.ts'
import { cancelBooking } from './cancel-booking.ts'
import { changeBooking } from './change-booking.ts'
import { checkOutBooking } from './check-out-booking.ts'
import { listBookings, showBooking } from './look-up-bookings.ts'
import { listMessages, showMessage } from './messages/look-up-messages.ts'
import type { MessageReads } from './messages/ports.ts'
import { postMessage } from './messages/post-message.ts'
import type { BookingReads, Ports } from './ports.ts'
import { rejectBooking } from './reject-booking.ts'
import { requestBooking } from './request-booking.ts'
import { returnBooking } from './return-booking.ts'
import { settleWithdrawal } from './settle-withdrawal.ts'
import { submitBooking } from './submit-booking.ts'

/** Everything the booking service can do. */
export const bookingUseCases = (ports: Ports, reads: BookingReads & AvailabilityReads & MessageReads) => ({
  requestBooking: requestBooking(ports),
  submitBooking: submitBooking(ports),
  changeBooking: changeBooking(ports),
  approveBooking: approveBooking(ports),
  rejectBooking: rejectBooking(ports),
  cancelBooking: cancelBooking(ports),
  checkOutBooking: checkOutBooking(ports),
  returnBooking: returnBooking(ports),
  settleWithdrawal: settleWithdrawal(ports),
  listBookings: listBookings(reads),
  showBooking: showBooking(reads),
  showAvailability: showAvailability({ ...ports, ...reads }),
  searchAvailability: searchAvailability({ ...ports, ...reads }),
  listMessages: listMessages(reads),
  showMessage: showMessage(reads),
  postMessage: postMessage(ports),
})
export type UseCases = ReturnType<typeof bookingUseCases>
