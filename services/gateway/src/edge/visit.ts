import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { requestIdOf } from '@kitroom/http'

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

/** Gives a request its id, which whatever the answer will be carries. */
export function visitOf(request: IncomingMessage, response: ServerResponse): Visit {
  const requestId = requestIdOf(request.headers['x-request-id'], randomUUID)
  response.setHeader('X-Request-Id', requestId)
  return { request, response, requestId, facts: {} }
}
