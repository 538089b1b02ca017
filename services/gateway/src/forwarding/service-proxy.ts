import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'

import type { ServiceName } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { createProxyMiddleware } from 'http-proxy-middleware'

import { tooLarge } from './body-limit.ts'
import { passOn } from './pass-on.ts'

export interface ServiceProxy {
  /**
   * Sends a request on and its answer back; neither body is kept in memory.
   * @param maxBytes of the request's body, counted as it passes
   * @throws Failure dependency-unavailable, body-too-large, both before any of the answer was sent
   */
  send(request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<void>
  close(): void
}

interface Passage {
  maxBytes: number
  fail: (error: unknown) => void
}

/**
 * How long a connection is kept unused. Below the 65 s after which services close (DOS-2), and below the time for which
 * one that stops still serves: so it has none of ours left when it closes, and no request meets the end of one (OPS-1).
 */
const IDLE_MS = 1_000
const ANSWER_MS = 30_000
const RETRY_AFTER_MS = 100
/** A failure that comes later is a service that took too long, and is not asked again. */
const RETRY_WITHIN_MS = 1_000

/** The way to one service. */
export function serviceProxy(service: ServiceName, url: string): ServiceProxy {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })
  const passages = new WeakMap<IncomingMessage, Passage>()
  const proxy = createProxyMiddleware({
    target: url,
    agent,
    changeOrigin: true,
    proxyTimeout: ANSWER_MS,
    selfHandleResponse: true,
    on: {
      proxyReq(outgoing, request) {
        const { maxBytes, fail } = passages.get(request) ?? { maxBytes: 0, fail: () => undefined }
        let bytes = 0
        request.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= maxBytes) return
          fail(tooLarge(maxBytes))
          outgoing.destroy()
        })
      },
      proxyRes: (answer, _request, response) => passOn(answer, response),
      error: (error, request) => passages.get(request)?.fail(error),
    },
  })

  const attempt = (request: IncomingMessage, response: ServerResponse, maxBytes: number) =>
    new Promise<void>((resolve, reject) => {
      passages.set(request, { maxBytes, fail: reject })
      // Every attempt listens five times; Node would warn of a leak at the second.
      response.setMaxListeners(20)
      response.once('close', resolve)
      void proxy(request, response, reject)
    })

  return {
    async send(request, response, maxBytes) {
      const began = performance.now()
      try {
        await attempt(request, response, maxBytes).catch(async (error: unknown) => {
          const isLate = performance.now() - began > RETRY_WITHIN_MS
          if (!repeatable(request) || response.headersSent || isLate) throw error
          await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS))
          await attempt(request, response, maxBytes)
        })
      } catch (error) {
        // What was begun cannot become a problem document; the proxy cuts it off.
        if (response.headersSent) return
        throw error instanceof Failure ? error : unavailable(service, error)
      }
    },
    close: () => agent.destroy(),
  }
}

/** Only what changes nothing and has no body may be sent twice (OPS-2). */
const repeatable = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && Number(headers['content-length'] ?? 0) === 0

function unavailable(service: ServiceName, cause: unknown): Failure {
  const refused =
    typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED'
  const detail = refused
    ? `The ${service} service cannot be reached now, so nothing was done.`
    : `The ${service} service gave no answer, so it is not known whether the request was carried out.`
  return new Failure('dependency-unavailable', detail, { retryAfterSeconds: 1, cause })
}
