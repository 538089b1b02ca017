import {
  checkOutBooking,
  extendBooking,
  lendWalkIn,
  removeItem,
  returnBooking,
  scanUnit,
  swapItem,
} from '@kitroom/contracts'
import { created, noContent, on, type Route } from '@kitroom/http'

import { bookingFacts } from '../domain/booking-facts.ts'
import type { UseCases } from '../use-cases/index.ts'
import { asBooking } from './present.ts'

/** What happens at the desk over HTTP. */
export const deskRoutes = (app: UseCases): Route[] => [
  on(
    checkOutBooking,
    ({ call, params, body, ifMatch }) => app.checkOutBooking(call, params.id, body, ifMatch),
    asBooking,
  ),
  on(
    returnBooking,
    ({ call, params, body, ifMatch }) => app.returnBooking(call, params.id, body, ifMatch),
    asBooking,
  ),
  on(
    lendWalkIn,
    ({ call, body }) => app.lendWalkIn(call, body),
    (booking) => created(`/bookings/${booking.id}`, bookingFacts(booking)),
  ),
  on(
    extendBooking,
    ({ call, params, body, ifMatch }) => app.extendBooking(call, params.id, body, ifMatch),
    asBooking,
  ),
  on(
    scanUnit,
    ({ call, params, body, ifMatch }) => app.scanUnit(call, params.id, body.resource_unit_id, ifMatch),
    asBooking,
  ),
  on(
    swapItem,
    ({ call, params, body, ifMatch }) => app.swapItem(call, params.id, params.item_id, body, ifMatch),
    asBooking,
  ),
  on(
    removeItem,
    ({ call, params, ifMatch }) => app.removeItem(call, params.id, params.item_id, ifMatch),
    noContent,
  ),
]
