import { getMessage, listMessages, postMessage } from '@kitroom/contracts'
import { created, ok, on, type Route } from '@kitroom/http'

import { messageFacts } from '../domain/booking-message.ts'
import type { UseCases } from '../use-cases/index.ts'

/** What requesters and staff write to each other about a booking. */
export const messageRoutes = (app: UseCases): Route[] => [
  on(
    listMessages,
    ({ call, params, query }) => app.listMessages(call, params.id, query),
    (page) => ok({ ...page, data: page.data.map(messageFacts) }),
  ),
  on(
    getMessage,
    ({ call, params }) => app.showMessage(call, params.id, params.message_id),
    (message) => ok(messageFacts(message)),
  ),
  on(
    postMessage,
    ({ call, params, body }) => app.postMessage(call, params.id, body),
    (message) => created(`/bookings/${message.bookingId}/messages/${message.id}`, messageFacts(message)),
  ),
]
