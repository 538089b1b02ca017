import {
  acceptOffer,
  cancelWaitlistEntry,
  declineOffer,
  expireWaitlistEntry,
  getWaitlistEntry,
  joinWaitlist,
  listWaitlist,
  makeOffer,
  rejectWaitlistEntry,
} from '@kitroom/contracts'
import { created, ok, on, type Route } from '@kitroom/http'

import { bookingFacts } from '../domain/booking-facts.ts'
import type { UseCases } from '../use-cases/index.ts'

/** The waitlist over HTTP. */
export const waitlistRoutes = (app: UseCases): Route[] => [
  on(
    joinWaitlist,
    ({ call, body }) => app.joinWaitlist(call, body),
    (entry) => created(`/waitlist/${entry.id}`, entry),
  ),
  on(listWaitlist, ({ call, query }) => app.listEntries(call, query), ok),
  on(getWaitlistEntry, ({ call, params }) => app.showEntry(call, params.id), ok),
  on(makeOffer, ({ call, params, body, ifMatch }) => app.makeOffer(call, params.id, body, ifMatch), ok),
  on(
    acceptOffer,
    ({ call, params, ifMatch }) => app.acceptOffer(call, params.id, ifMatch),
    ({ entry, booking }) => ok({ entry, booking: bookingFacts(booking) }),
  ),
  on(declineOffer, ({ call, params, ifMatch }) => app.declineOffer(call, params.id, ifMatch), ok),
  on(cancelWaitlistEntry, ({ call, params, ifMatch }) => app.cancelEntry(call, params.id, ifMatch), ok),
  on(
    rejectWaitlistEntry,
    ({ call, params, body, ifMatch }) => app.rejectEntry(call, params.id, ifMatch, body.reason),
    ok,
  ),
  on(expireWaitlistEntry, ({ call, params, ifMatch }) => app.expireEntry(call, params.id, ifMatch), ok),
]
