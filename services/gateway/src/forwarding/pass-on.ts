import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

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

/** Begins a service's answer as it is: status, and headers with the entity tag untouched. */
export function passOn(status: number, headers: IncomingHttpHeaders, response: ServerResponse): void {
  // Not the answer yet; whoever asked to be told to go on has been told.
  if (status < 200) return
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined || NOT_PASSED_ON.has(name)) continue
    // The gateway's answers vary too; both hold.
    if (name === 'vary') response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
  // A limit of the service's own is used up, whatever is left of the gateway's.
  if (status === 429) {
    response.setHeader('RateLimit-Remaining', '0')
    response.setHeader('RateLimit-Reset', headers['retry-after'] ?? '1')
  }
  response.writeHead(status)
}
