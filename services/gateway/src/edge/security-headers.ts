import type { RequestHandler } from 'express'
import helmet from 'helmet'

const NOWHERE = ["'none'"]
const SELF = ["'self'"]
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** For answers to programs: nothing in them may be run, framed, cached or guessed at. */
export const GUARDS = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': `max-age=${YEAR_SECONDS}`,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
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
