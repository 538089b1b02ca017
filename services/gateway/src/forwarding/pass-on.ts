import type { IncomingMessage, ServerResponse } from 'node:http'

/** About the connection to the service, not about the answer. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Said by the gateway already, for every answer. */
const OURS = ['x-request-id', 'cache-control', 'date']

/**
 * Passes a service's answer on as it is: status, headers with the entity tag untouched, body as it comes. Drops one that
 * crosses with a refusal of ours, of a body that grew too large.
 */
export function passOn(answer: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    answer.destroy()
    return
  }
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || HOP_BY_HOP.includes(name) || OURS.includes(name)) continue
    // The gateway's answers vary too; both hold.
    if (name === 'vary') response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
  response.writeHead(answer.statusCode ?? 502)
  answer.pipe(response)
}
