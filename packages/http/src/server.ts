import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'

import { Failure, notFound } from '@kitroom/errors'
import { concerning, routed, working } from '@kitroom/observability'
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'

import { admissionOf, type Statement } from './admission.ts'
import { hasBody, passOver } from './body.ts'
import { handle, send } from './handle.ts'
import { requestIdOf } from './headers.ts'
import { loadGuard, type LoadLimits } from './load.ts'
import { createServer } from './node-http.ts'
import { failureOf, internalProblem, problemOf } from './problem.ts'
import { readQuery } from './query.ts'
import { countRefusal } from './refusals.ts'
import type { Route } from './route.ts'
import { stopping } from './stopping.ts'

/** The header that carries the gateway's signed statement; nothing else says who is calling. */
export const STATEMENT_HEADER = 'x-kitroom-statement'
/** On a 401 that means whoever sent the statement, not the user it speaks of. */
export const STATEMENT_REFUSED_HEADER = 'x-kitroom-statement-refused'

export interface Logger {
  info: (fields: object, message: string) => void
  warn: (fields: object, message: string) => void
  error: (fields: object, message: string) => void
}

export interface ServerOptions {
  routes: readonly Route[]
  /** Verifies the gateway's statements. Throws Failure unauthenticated. */
  statements: { verify: (token: string) => Promise<Statement> }
  /** True when the service can do its work: its own database and migrations, nothing of its neighbours. */
  ready: () => Promise<boolean>
  logger: Logger
  /** How much is taken on at once; health is always answered. */
  load?: LoadLimits
}

export interface HttpServer {
  app: Express
  listen: (port: number, host: string) => Promise<number>
  /** Not ready any more; what still comes is answered, and its connection ends with the answer. */
  leave: () => void
  /** Stops taking requests and waits for the running ones. */
  close: () => Promise<void>
}

const health =
  (ready: () => Promise<boolean>): RequestHandler =>
  async (request, response, next) => {
    if (request.path === '/health/live') response.json({ status: 'ok' })
    else if (request.path !== '/health/ready') next()
    else if (await ready()) response.json({ status: 'ok' })
    else response.status(503).json({ status: 'unavailable' })
  }

/** Long enough for a body that is on its way, and no time for one that never comes. */
const PASS_OVER_MS = 10_000

/** The last handler: every refusal and every bug leaves as a problem document. */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return async (error: unknown, request, response, _next) => {
    const context = { instance: request.path, requestId: String(response.locals['requestId'] ?? '') }
    const failure = failureOf(error)
    if (failure === undefined)
      logger.error({ err: error, request_id: context.requestId }, 'A request met a bug.')
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (failure !== undefined) countRefusal(failure)
    const answer = failure === undefined ? internalProblem(context) : problemOf(failure, context)
    const isRead = request.complete || !hasBody(request) || (await passOver(request, PASS_OVER_MS))
    // What is left of the body would be taken for the next request on this connection.
    if (!isRead) response.set('Connection', 'close')
    send(request, response, answer)
  }
}

/** An Express app with everything off that guesses, tells or rewrites. */
export function plainApp(): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', readQuery)
  app.enable('strict routing')
  app.enable('case sensitive routing')
  return app
}

/** Whatever the answer will be carries the id of its request, and so does every line of the log. */
const identified: RequestHandler = (request, response, next) => {
  const requestId = requestIdOf(request.headers['x-request-id'], randomUUID)
  response.setHeader('X-Request-Id', requestId)
  response.locals['requestId'] = requestId
  working({ requestId }, next)
}

/** @throws Failure unauthenticated */
async function statementOf(
  request: Request,
  response: Response,
  { statements, logger }: ServerOptions,
): Promise<Statement> {
  try {
    const statement = request.headers[STATEMENT_HEADER]
    if (typeof statement === 'string') return await statements.verify(statement)
    throw new Failure('unauthenticated', 'This service answers only through the gateway.')
  } catch (error) {
    logger.warn({ err: error }, 'a request without a valid statement')
    response.setHeader(STATEMENT_REFUSED_HEADER, 'true')
    throw error
  }
}

function serve(app: Express, route: Route, options: ServerOptions): void {
  const { method, path } = route.endpoint
  const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete'
  app[verb](path.replaceAll(/\{(\w+)\}/g, ':$1'), async (request, response) => {
    routed(path)
    const admission = admissionOf(await statementOf(request, response, options))
    if (admission.caller !== undefined) concerning(admission.caller.orgId)
    const requestId = String(response.locals['requestId'])
    send(request, response, await handle(route, { request, response, admission, requestId }))
  })
}

/** A service's HTTP side: its routes, its health, and problem documents for everything else. */
export function httpServer(options: ServerOptions): HttpServer {
  const app = plainApp()
  app.use(identified)
  let leaving = false
  app.use(health(async () => !leaving && (await options.ready())))
  const load = loadGuard(options.load)
  app.use((_request, response, next) => {
    load.admit(response)
    next()
  })
  for (const route of options.routes) serve(app, route, options)
  app.use(() => {
    throw notFound('path')
  })
  app.use(answerErrors(options.logger))
  const { leave, ...server } = listening(app)
  return {
    app,
    ...server,
    leave() {
      leaving = true
      leave()
    },
  }
}

/** Binds an app to a port with Node's limits set tight, and stops it gently. */
function listening(app: Express): Omit<HttpServer, 'app'> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 65_000,
    },
    app,
  )
  server.maxHeadersCount = 100
  // Far above what the gateways may send at once, so that health is answered too.
  server.maxConnections = 2_000
  // A client that keeps its connections for ever would never find the replicas that came later.
  server.maxRequestsPerSocket = 1_000
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
