import type { Visit } from './visit.ts'

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
  ({ request, headers }: Visit): void => {
    const { origin } = request.headers
    headers['vary'] = 'Origin'
    if (origin === undefined || !origins.includes(origin)) return
    headers['access-control-allow-origin'] = origin
    headers['access-control-expose-headers'] = EXPOSED
  }

/** Answers OPTIONS for a path: what it knows, and to a browser asking for an allowed page, what the page may send. */
export function answerOptions(allow: string, { headers, response }: Visit): void {
  headers['allow'] = allow
  if (headers['access-control-allow-origin'] !== undefined) {
    headers['vary'] = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'
    headers['access-control-allow-methods'] = allow
    headers['access-control-allow-headers'] = ACCEPTED
    headers['access-control-max-age'] = '600'
  }
  response.writeHead(204, headers).end()
}
