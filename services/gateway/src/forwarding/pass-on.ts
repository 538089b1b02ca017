import type { IncomingHttpHeaders } from 'node:http'

import type { Visit } from '../edge/visit.ts'

const NOT_PASSED_ON = new Set([
  // About the connection to the service, not about the answer.
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Said by the gateway already, for every answer.
  'x-request-id',
  'cache-control',
  'date',
])

/** Begins a service's answer as it is: status, and headers with the entity tag untouched; ours go along with them. */
export function passOn(status: number, sent: IncomingHttpHeaders, { headers, response }: Visit): void {
  // Not the answer yet; whoever asked to be told to go on has been told.
  if (status < 200) return
  for (const name of Object.keys(sent)) {
    const value = sent[name]
    if (value === undefined || NOT_PASSED_ON.has(name)) continue
    // The gateway's answers vary too; both hold.
    headers[name] = name === 'vary' ? [headers['vary'] ?? [], value].flat().join(', ') : value
  }
  // A limit of the service's own is used up, whatever is left of the gateway's.
  if (status === 429) {
    headers['ratelimit-remaining'] = '0'
    headers['ratelimit-reset'] = sent['retry-after'] ?? '1'
  }
  response.writeHead(status, headers)
}
