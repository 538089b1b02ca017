import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { requestIdOf } from '@kitroom/http'

import { GUARDS } from './security-headers.ts'

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
  /**
   * What we say in the head of the answer, whoever gives it. Named in lower case, as services name theirs, so that nothing is said twice.
   * Not on the response yet: one by one Node takes a tenth of our processor time for them, all at once it takes little.
   */
  headers: Record<string, string | string[]>
}

/** Begins a visit, of which nothing is known yet but its id. */
export function visitOf(request: IncomingMessage, response: ServerResponse): Visit {
  const requestId = requestIdOf(request.headers['x-request-id'], randomUUID)
  return { request, response, requestId, facts: {}, headers: { 'x-request-id': requestId, ...GUARDS } }
}

/** Puts them on an answer of our own. */
export function putHeaders({ headers, response }: Visit): void {
  response.setHeaders(new Map(Object.entries(headers)))
}
