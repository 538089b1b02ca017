import type { RequestHandler, Response } from 'express'

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
export function cors(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    // The first to say so; set, since adding means parsing what is there.
    response.setHeader('Vary', 'Origin')
    const { origin } = request.headers
    if (origin !== undefined && origins.includes(origin)) {
      response.set('Access-Control-Allow-Origin', origin).set('Access-Control-Expose-Headers', EXPOSED)
    }
    next()
  }
}

/** Answers OPTIONS for a path: what it knows, and to a browser asking for an allowed page, what the page may send. */
export function answerOptions(allow: string, response: Response): void {
  response.set('Allow', allow)
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    response
      .vary('Access-Control-Request-Method')
      .vary('Access-Control-Request-Headers')
      .set('Access-Control-Allow-Methods', allow)
      .set('Access-Control-Allow-Headers', ACCEPTED)
      .set('Access-Control-Max-Age', '600')
  }
  response.status(204).end()
}
