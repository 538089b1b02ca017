import type { IncomingMessage, ServerResponse } from 'node:http'

const EXPOSED = [
  'Content-Disposition',
  'ETag',
  'Location',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Idempotent-Replayed',
  'X-Request-Id',
].join(', ')

const ACCEPTED = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Org-Id',
  'X-Request-Id',
].join(', ')

/**
 * Lets pages of exactly these origins read answers. There are no cookies, so credentials are never allowed; a page of
 * another origin is not refused, its browser just does not hand it the answer.
 */
export const cors =
  (origins: readonly string[]) =>
  ({ headers: { origin } }: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('Vary', 'Origin')
    if (origin === undefined || !origins.includes(origin)) return
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', EXPOSED)
  }

/** Answers OPTIONS for a path: what it knows, and to a browser asking for an allowed page, what the page may send. */
export function answerOptions(allow: string, response: ServerResponse): void {
  response.setHeader('Allow', allow)
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    response.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers')
    response.setHeader('Access-Control-Allow-Methods', allow)
    response.setHeader('Access-Control-Allow-Headers', ACCEPTED)
    response.setHeader('Access-Control-Max-Age', '600')
  }
  response.writeHead(204).end()
}
