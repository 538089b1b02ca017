import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

import type { ServiceName } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { hasBody, KEPT_UNUSED_MS, limited, readBody } from '@kitroom/http'
import { type Dispatcher, Pool } from 'undici'

import type { Visit } from '../edge/visit.ts'
import { SMALL_BYTES } from './body-limit.ts'
import { Passage } from './passage.ts'

export interface ServiceProxy {
  /**
   * Sends a request on and its answer back; of neither is more kept in memory than a small body.
   * @param headers in place of those that the client sent
   * @param maxBytes of the request's body, counted as it passes
   * @throws Failure dependency-unavailable, body-too-large, both before any of the answer was sent
   */
  send(visit: Visit, headers: IncomingHttpHeaders, maxBytes: number): Promise<void>
  close(): Promise<void>
}

const ANSWER_MS = 30_000
const RETRY_AFTER_MS = 100
/** A failure that comes later is a service that took too long, and is not asked again. */
const RETRY_WITHIN_MS = 1_000

/** The way to one service. */
export function serviceProxy(service: ServiceName, url: string): ServiceProxy {
  const connections = new Pool(url, {
    keepAliveTimeout: KEPT_UNUSED_MS,
    // Services offer to keep one for longer.
    keepAliveMaxTimeout: KEPT_UNUSED_MS,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  })

  const attempt = (sending: Dispatcher.DispatchOptions, visit: Visit) => {
    const passage = new Passage(visit)
    connections.dispatch(sending, passage)
    return passage.over
  }

  return {
    async send(visit, headers, maxBytes) {
      const { request, response } = visit
      const began = performance.now()
      const sending = {
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers,
        body: await bodyOf(request, maxBytes),
      }
      try {
        await attempt(sending, visit).catch(async (error: unknown) => {
          const isLate = performance.now() - began > RETRY_WITHIN_MS
          if (!repeatable(sending) || response.headersSent || isLate) throw error
          await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS))
          if (!response.destroyed) await attempt(sending, visit)
        })
      } catch (error) {
        // What was begun cannot become a problem document.
        if (response.headersSent) response.destroy()
        else throw error instanceof Failure ? error : unavailable(service, error)
      }
    },
    close: () => connections.destroy(),
  }
}

/** A small body is waited for and goes along with the head of the request, in one packet; any other goes as it comes. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | Readable | null> {
  if (!hasBody(request)) return null
  const announced = Number(request.headers['content-length'] ?? Infinity)
  if (announced > SMALL_BYTES) return Readable.from(limited(request, maxBytes), { objectMode: false })
  return readBody(request, maxBytes)
}

/** Only what changes nothing and has no body may be sent twice (OPS-2). */
const repeatable = ({ method, body }: Dispatcher.DispatchOptions): boolean =>
  (method === 'GET' || method === 'HEAD') && body === null

function unavailable(service: ServiceName, cause: unknown): Failure {
  const refused =
    typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED'
  const detail = refused
    ? `The ${service} service cannot be reached now, so nothing was done.`
    : `The ${service} service gave no answer, so it is not known whether the request was carried out.`
  return new Failure('dependency-unavailable', detail, { retryAfterSeconds: 1, cause })
}
