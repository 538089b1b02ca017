import type { IncomingHttpHeaders } from 'node:http'

import type { Endpoint } from '@kitroom/contracts'

/** Says with its length, or with none, which bytes are the body. A client cannot have it removed by naming it in `Connection`. */
const FRAMING = 'content-length'

const PASSED_ON = [
  FRAMING,
  'accept',
  'accept-language',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'traceparent',
  'tracestate',
  'user-agent',
]

/** By endpoint, so that it is looked up and not put together for each request. */
const passedOn = new WeakMap<object, ReadonlySet<string>>()

function passedOnFor(endpoint: Pick<Endpoint, 'headers'>): ReadonlySet<string> {
  const known = passedOn.get(endpoint)
  if (known !== undefined) return known
  const names = new Set([...PASSED_ON, ...Object.keys(endpoint.headers?.shape ?? {})])
  passedOn.set(endpoint, names)
  return names
}

/**
 * The headers of a request a service gets to see: those the contract knows, and nothing else. So neither a header that
 * looks like an identity nor a credential reaches a service, whatever its name (TEN-8); nor do the ones that
 * `Connection` lists (RFC 9110 §7.6.1). A body without a length is sent in chunks again, which is not said here.
 */
export function forwardedHeaders(
  endpoint: Pick<Endpoint, 'headers'>,
  sent: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const names = passedOnFor(endpoint)
  const perHop = sent.connection
    ?.toLowerCase()
    .split(',')
    .map((name) => name.trim())
  const headers: IncomingHttpHeaders = {}
  for (const name of Object.keys(sent)) {
    if (names.has(name) && (name === FRAMING || perHop?.includes(name) !== true)) headers[name] = sent[name]
  }
  return headers
}
