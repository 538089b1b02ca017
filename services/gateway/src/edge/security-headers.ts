import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

import type { RequestHandler } from 'express'
import helmet from 'helmet'

const NOWHERE = ["'none'"]
const SELF = ["'self'"]

/** The same for what never becomes a request, and is answered without Express. */
export const BARE_GUARDS = {
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': `max-age=${365 * 24 * 60 * 60}`,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

const guard = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: NOWHERE, baseUri: NOWHERE, formAction: NOWHERE, frameAncestors: NOWHERE },
  },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
})

/** Helmet's headers are the same on every answer, so its dozen handlers are asked once. */
function guardHeaders(): readonly (readonly [name: string, value: string])[] {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  guard(request, response, () => undefined)
  return Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)])
}
const GUARDS = [...guardHeaders(), ['Cache-Control', 'no-store'] as const]

/** For answers to programs: nothing in them may be run, framed, cached or guessed at. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  for (const [name, value] of GUARDS) response.setHeader(name, value)
  next()
}

/** For our own pages: scripts and styles from here and from nowhere else, none of it inline. */
export const pageHeaders: RequestHandler = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: NOWHERE,
    scriptSrc: SELF,
    styleSrc: SELF,
    // The icons in swagger-ui.css are data URLs.
    imgSrc: [...SELF, 'data:'],
    connectSrc: SELF,
    baseUri: NOWHERE,
    formAction: NOWHERE,
    frameAncestors: NOWHERE,
  },
})
