import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

import { createServer, type Logger, STATUS_CODES, type Stopping, stopping } from '@kitroom/http'

import { protocolProblem } from './problem-answers.ts'
import { ProtocolError } from './protocol-error.ts'
import { GUARDS } from './security-headers.ts'

export interface EdgeServer extends Stopping {
  /** @returns the port listened on; port 0 lets the system choose */
  listen(port: number, host: string): Promise<number>
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** How long a request may take to arrive, and how often that is looked at. */
const TIMES = { headersMs: 10_000, requestMs: 30_000, lookMs: 2_000 }

/** Node's HTTP server as strangers meet it: tight limits (DOS-1), and a problem document for what it cannot parse. */
export function edgeServer(listener: Listener, logger: Logger, times = TIMES): EdgeServer {
  const server = createServer({
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    connectionsCheckingInterval: times.lookMs,
    keepAliveTimeout: 65_000,
    // Most requests have no body, and so no end that anybody waits for.
    optimizeEmptyRequests: true,
    // Judged by requireCleanFraming, which has a body to answer with.
    requireHostHeader: false,
  })
  // Node would drop what is beyond a limit without a word, a Transfer-Encoding too; requireCleanFraming refuses.
  server.maxHeadersCount = 0
  server.maxRequestsPerSocket = 1_000
  server.maxConnections = 5_000

  const answering = new WeakSet<Duplex>()
  const serve: Listener = (request, response) => {
    const { socket } = request
    answering.add(socket)
    response.on('close', () => answering.delete(socket))
    listener(request, response)
  }
  server.on('request', serve)
  // Without these Node invites every body before it is known who sends it, and answers 417 by itself.
  server.on('checkContinue', serve)
  server.on('checkExpectation', serve)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || answering.has(socket)) {
      socket.destroy()
      return
    }
    const refusal = refusalOf(error.code)
    logger.info({ reason: error.code, status: refusal.status }, 'not an HTTP request')
    socket.once('finish', () => socket.destroy())
    socket.end(asText(refusal))
  })

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          resolve((server.address() as AddressInfo).port)
        })
      }),
    ...stopping(server),
  }
}

function refusalOf(code: string | undefined): ProtocolError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ProtocolError(431, 'The header lines are too long together.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ProtocolError(408, 'The request took too long to arrive.')
  return new ProtocolError(400, 'This could not be read as an HTTP/1.1 request.')
}

function asText(refusal: ProtocolError): string {
  const requestId = randomUUID()
  const { status, headers, body } = protocolProblem(refusal, { instance: '', requestId })
  const lines = Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    ...GUARDS,
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`
}
