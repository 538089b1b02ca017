import type { IncomingMessage, ServerResponse } from 'node:http'

import { identify } from '@kitroom/http'

/** What becomes known of a request beyond its first line: for its line in the log. */
export interface Facts {
  endpoint?: string
  /** Where it came from, and why the gateway refused it: who tries doors shows in these (AUT-19). */
  address?: string
  refused?: string
  user_id?: string
  org_id?: string
}

/** A request on its way through the gateway, and the answer to it. */
export interface Visit {
  request: IncomingMessage
  response: ServerResponse
  requestId: string
  facts: Facts
}

/** Begins a visit, of which nothing is known yet but its id. */
export const visitOf = (request: IncomingMessage, response: ServerResponse): Visit => ({
  request,
  response,
  requestId: identify(request, response),
  facts: {},
})
