import type { AvailabilityReads } from './availability/ports.ts'
import { searchAvailability } from './availability/search-availability.ts'
import { showAvailability } from './availability/show-availability.ts'
import { approveBooking } from './bookings/approve-booking.ts'
import { cancelBooking } from './bookings/cancel-booking.ts'
import { changeBooking } from './bookings/change-booking.ts'
import { listBookings, showBooking } from './bookings/look-up-bookings.ts'
import { rejectBooking } from './bookings/reject-booking.ts'
import { requestBooking } from './bookings/request-booking.ts'
import { settleWithdrawal } from './bookings/settle-withdrawal.ts'
import { submitBooking } from './bookings/submit-booking.ts'
import { checkOutBooking } from './desk/check-out-booking.ts'
import { extendBooking } from './desk/extend-booking.ts'
import { lendWalkIn } from './desk/lend-walk-in.ts'
import { releaseNoShows } from './desk/release-no-shows.ts'
import { removeItem } from './desk/remove-item.ts'
import { returnBooking } from './desk/return-booking.ts'
import { scanUnit } from './desk/scan-unit.ts'
import { swapItem } from './desk/swap-item.ts'
import { createFine } from './fines/create-fine.ts'
import { listFines, showFine, showPayment } from './fines/look-up-fines.ts'
import { payFines } from './fines/pay-fines.ts'
import { waiveFine } from './fines/waive-fine.ts'
import { lookOut } from './late/look-out.ts'
import { listMessages, showMessage } from './messages/look-up-messages.ts'
import type { MessageReads } from './messages/ports.ts'
import { postMessage } from './messages/post-message.ts'
import type { BookingReads, FineReads, Ports } from './ports.ts'
import type { ReportPorts } from './reports/ports.ts'
import { reportDemand } from './reports/report-demand.ts'
import { reportNoShows } from './reports/report-no-shows.ts'
import { reportOverdue } from './reports/report-overdue.ts'
import { reportUtilization } from './reports/report-utilization.ts'
import type { BorrowerReads } from './rules/ports.ts'
import { showStanding } from './rules/show-standing.ts'
import { acceptOffer } from './waitlist/accept-offer.ts'
import { cancelEntry, declineOffer, expireEntry, rejectEntry } from './waitlist/end-entry.ts'
import { endAllOverdue, endOverdue } from './waitlist/end-overdue.ts'
import { inTurn } from './waitlist/in-turn.ts'
import { joinWaitlist } from './waitlist/join-waitlist.ts'
import { leaveWaitlist } from './waitlist/leave-waitlist.ts'
import { listEntries, showEntry } from './waitlist/look-up-entries.ts'
import { makeOffer } from './waitlist/make-offer.ts'
import { noteLendable } from './waitlist/note-lendable.ts'
import { offerAllFreed } from './waitlist/offer-freed.ts'

/** Everything the booking service can do. */
export const bookingUseCases = (
  ports: Ports,
  reads: BookingReads & AvailabilityReads & MessageReads & BorrowerReads,
  fineReads: FineReads,
  reports: ReportPorts,
) => {
  const oneAfterOther = inTurn(ports)
  return {
    requestBooking: requestBooking(ports, oneAfterOther),
    submitBooking: submitBooking(ports),
    changeBooking: changeBooking(ports),
    approveBooking: approveBooking(ports),
    rejectBooking: rejectBooking(ports),
    cancelBooking: cancelBooking(ports),
    checkOutBooking: checkOutBooking(ports),
    returnBooking: returnBooking(ports),
    scanUnit: scanUnit(ports),
    removeItem: removeItem(ports),
    swapItem: swapItem(ports),
    lendWalkIn: lendWalkIn(ports),
    extendBooking: extendBooking(ports),
    releaseNoShows: releaseNoShows(ports),
    settleWithdrawal: settleWithdrawal(ports),
    listBookings: listBookings(reads),
    showBooking: showBooking(reads),
    showAvailability: showAvailability({ ...ports, ...reads }),
    createFine: createFine(ports),
    waiveFine: waiveFine(ports),
    payFines: payFines(ports),
    listFines: listFines(fineReads),
    showFine: showFine(fineReads),
    showPayment: showPayment(fineReads),
    searchAvailability: searchAvailability({ ...ports, ...reads }),
    listMessages: listMessages(reads),
    showMessage: showMessage(reads),
    postMessage: postMessage(ports),
    showStanding: showStanding({ ...ports, ...reads }),
    lookOut: lookOut(ports),
    reportUtilization: reportUtilization(reports),
    reportOverdue: reportOverdue(reports),
    reportDemand: reportDemand(reports),
    reportNoShows: reportNoShows(reports),
    joinWaitlist: joinWaitlist(ports, oneAfterOther),
    listEntries: listEntries(ports),
    showEntry: showEntry(ports),
    makeOffer: makeOffer(ports),
    acceptOffer: acceptOffer(ports),
    declineOffer: declineOffer(ports),
    cancelEntry: cancelEntry(ports),
    rejectEntry: rejectEntry(ports),
    expireEntry: expireEntry(ports),
    offerAllFreed: offerAllFreed(ports),
    offerTimeLeft: ports.waiting.timeLeft,
    endOverdue: endOverdue(ports),
    endAllOverdue: endAllOverdue(ports),
    leaveWaitlist: leaveWaitlist(ports),
    noteLendable: noteLendable(ports),
  }
}
export type UseCases = ReturnType<typeof bookingUseCases>
