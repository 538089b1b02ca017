import type { IncomingHttpHeaders } from 'node:http'

import type { Endpoint } from '@kitroom/contracts'

/** Which bytes are the body. A client cannot have these removed by naming them in `Connection`. */
const FRAMING = ['content-length', 'transfer-encoding']

const PASSED_ON = [
  ...FRAMING,
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

/**
 * The headers of a request a service gets to see: those the contract knows, and nothing else. So neither a header that
 * looks like an identity nor a credential reaches a service, whatever its name (TEN-8); nor do the ones that
 * `Connection` lists (RFC 9110 §7.6.1).
 */
export function forwardedHeaders(
  endpoint: Pick<Endpoint, 'method' | 'headers'>,
  sent: IncomingHttpHeaders,
): IncomingHttpHeaders {
  const perHop = new Set(
    sent.connection
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  const headers: IncomingHttpHeaders = {}
  for (const name of [...PASSED_ON, ...Object.keys(endpoint.headers?.shape ?? {})]) {
    const value = sent[name]
    if (value !== undefined && (FRAMING.includes(name) || !perHop.has(name))) headers[name] = value
  }
  // Otherwise Node would announce an empty body in chunks, which a service takes for a body without a type.
  const bodiless = FRAMING.every((name) => headers[name] === undefined)
  if (bodiless && endpoint.method !== 'GET') headers['content-length'] = '0'
  return headers
}
