import { accepted, created, ok, type Reply } from '@kitroom/http'

import type { Booking } from '../domain/booking.ts'
import { bookingFacts } from '../domain/booking-facts.ts'
import type { ShownAvailability } from '../use-cases/availability/show-availability.ts'
import type { Requested } from '../use-cases/bookings/request-booking.ts'

/** 200 with a booking as it now is. */
export const asBooking = (booking: Booking): Reply => ok(bookingFacts(booking))

/** 201 with the booking that was made, or 202 with the waitlist entry it became. */
export const asRequested = (requested: Requested): Reply =>
  'entry' in requested
    ? accepted(`/waitlist/${requested.entry.id}`, requested.entry)
    : created(`/bookings/${requested.booking.id}`, bookingFacts(requested.booking))

/** 200 with the busy intervals and free counts of a resource. */
export const asAvailability = ({ resourceId, window, units, free }: ShownAvailability): Reply =>
  ok({
    resource_id: resourceId,
    from: window.startAt.toISOString(),
    to: window.endAt.toISOString(),
    units: units.map(({ unitId, busy }) => ({
      resource_unit_id: unitId,
      busy: busy.map(({ startAt, endAt }) => ({
        start_at: startAt.toISOString(),
        end_at: endAt.toISOString(),
      })),
    })),
    free: free.map(({ from, to, free: count }) => ({
      from: from.toISOString(),
      to: to.toISOString(),
      count,
    })),
  })
