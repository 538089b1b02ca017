import type { ServerResponse } from 'node:http'

import type { RequestHandler } from 'express'
import helmet from 'helmet'

const NOWHERE = ["'none'"]
const SELF = ["'self'"]
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** For answers to programs: nothing in them may be run, framed, cached or guessed at. */
export const GUARDS = {
  'Content-Security-Policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': `max-age=${YEAR_SECONDS}`,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

const ENTRIES = Object.entries(GUARDS)

/** Puts them on an answer. */
export function guard(response: ServerResponse): void {
  for (const [name, value] of ENTRIES) response.setHeader(name, value)
}

/** For our own pages: scripts and styles from here and from nowhere else, none of it inline. */
export const pageHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
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
  },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: false },
})
