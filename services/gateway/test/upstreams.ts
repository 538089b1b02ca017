import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import {
  type PublicJwks,
  STATEMENT_HEADER,
  statementVerifier,
  type VerifiedStatement,
} from '@kitroom/access-token'
import { type ServiceName, SERVICES } from '@kitroom/contracts'

/** What a service saw of a request. */
export interface Seen {
  service: ServiceName
  method: string
  url: string
  rawHeaders: string[]
  headers: IncomingMessage['headers']
  statement: VerifiedStatement | undefined
  body: Buffer
}

type Answer = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void

export interface Upstreams extends AsyncDisposable {
  urls: Record<ServiceName, string>
  /** Everything that arrived, without health probes and key fetches. */
  seen: Seen[]
  /** How every service answers from now on. */
  answer: Answer
  /** Answers before the body is read, in place of `answer`. */
  eager: Answer | undefined
  unready: Set<ServiceName>
  /** How often the keys of access tokens were fetched. */
  keyFetches: () => number
  stop: (service: ServiceName) => Promise<void>
  start: (service: ServiceName) => Promise<void>
}

const plainAnswer: Answer = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"ok":true}')
}

/** A server in the place of each service: real HTTP, checking statements with the service's own verifier. */
export async function startUpstreams(publicJwks: PublicJwks, keySet: object): Promise<Upstreams> {
  const ports = new Map<ServiceName, number>()
  let keyFetches = 0
  const servers = SERVICES.map((service) => {
    const verifier = statementVerifier({ audience: service, publicJwks, issuers: ['gateway'] })
    // Offered as long as services offer it.
    const server = createServer(
      { keepAliveTimeout: 65_000 },
      (request, response) => void serve(request, response),
    )
    const serve = async (request: IncomingMessage, response: ServerResponse) => {
      const { url = '', method = '', rawHeaders, headers } = request
      if (url === '/health/ready') {
        response.writeHead(upstreams.unready.has(service) ? 503 : 200).end('{}')
        return
      }
      const token = headers[STATEMENT_HEADER]
      const statement =
        typeof token === 'string' ? await verifier.verify(token).catch(() => undefined) : undefined
      if (url === '/.well-known/jwks.json') {
        keyFetches += 1
        response.writeHead(statement === undefined ? 401 : 200).end(JSON.stringify(keySet))
        return
      }
      const seen: Seen = {
        service,
        method,
        url,
        rawHeaders,
        headers,
        statement,
        body: Buffer.alloc(0),
      }
      if (upstreams.eager !== undefined) {
        upstreams.eager(request, response, seen)
        return
      }
      try {
        seen.body = Buffer.concat(await request.toArray())
      } catch {
        return
      }
      upstreams.seen.push(seen)
      upstreams.answer(request, response, seen)
    }
    const start = () =>
      new Promise<void>((resolve) => {
        server.listen(ports.get(service) ?? 0, '127.0.0.1', () => {
          ports.set(service, (server.address() as AddressInfo).port)
          resolve()
        })
      })
    const stop = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return [service, { start, stop }] as const
  })
  const byService = new Map(servers)
  for (const [, { start }] of servers) await start()

  const urlOf = (service: ServiceName) => `http://127.0.0.1:${ports.get(service)}`
  const upstreams: Upstreams = {
    urls: {
      auth: urlOf('auth'),
      inventory: urlOf('inventory'),
      booking: urlOf('booking'),
      audit: urlOf('audit'),
    },
    seen: [],
    answer: plainAnswer,
    eager: undefined,
    unready: new Set(),
    keyFetches: () => keyFetches,
    stop: async (service) => byService.get(service)?.stop(),
    start: async (service) => byService.get(service)?.start(),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(([, { stop }]) => stop()))
    },
  }
  return upstreams
}
