import {
  approveBooking,
  cancelBooking,
  changeBooking,
  createBooking,
  getAvailability,
  getBooking,
  getStanding,
  listBookings,
  rejectBooking,
  searchAvailability,
  submitBooking,
} from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'
import { deskRoutes } from './desk-routes.ts'
import { fineRoutes } from './fine-routes.ts'
import { messageRoutes } from './message-routes.ts'
import { asAvailability, asBooking, asRequested } from './present.ts'
import { reportRoutes } from './report-routes.ts'
import { waitlistRoutes } from './waitlist-routes.ts'

/** Everything the booking service does over HTTP. */
export const routes = (app: UseCases): Route[] => [
  on(createBooking, ({ call, body }) => app.requestBooking(call, body), asRequested),
  on(listBookings, ({ call, query }) => app.listBookings(call, query), ok),
  on(getBooking, ({ call, params }) => app.showBooking(call, params.id), ok),
  on(
    changeBooking,
    ({ call, params, body, ifMatch }) => app.changeBooking(call, params.id, body, ifMatch),
    asBooking,
  ),
  on(submitBooking, ({ call, params, ifMatch }) => app.submitBooking(call, params.id, ifMatch), asBooking),
  on(
    cancelBooking,
    ({ call, params, body, ifMatch }) => app.cancelBooking(call, params.id, body.reason, ifMatch),
    asBooking,
  ),
  on(
    approveBooking,
    ({ call, params, body, ifMatch }) => app.approveBooking(call, params.id, body.reason, ifMatch),
    asBooking,
  ),
  on(
    rejectBooking,
    ({ call, params, body, ifMatch }) => app.rejectBooking(call, params.id, body.reason, ifMatch),
    asBooking,
  ),
  ...deskRoutes(app),
  on(
    getAvailability,
    ({ call, params, query }) => app.showAvailability(call, params.id, query),
    asAvailability,
  ),
  ...fineRoutes(app),
  on(searchAvailability, ({ call, query }) => app.searchAvailability(call, query), ok),
  ...messageRoutes(app),
  ...waitlistRoutes(app),
  on(getStanding, ({ call, params }) => app.showStanding(call, params.id), ok),
  ...reportRoutes(app),
]
