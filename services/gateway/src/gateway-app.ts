import { type Endpoint, ENDPOINTS, SERVICES } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { identify, loadGuard, type LoadLimits, type Logger, plainApp } from '@kitroom/http'
import { concerning, routed } from '@kitroom/observability'
import type { Express, Request, RequestHandler, Response } from 'express'

import type { Admit, Witness } from './admission/admit.ts'
import { tellStanding } from './admission/rate-limits.ts'
import { accessLog, note } from './edge/access-log.ts'
import { answerOptions, cors } from './edge/cors.ts'
import { originForm, pathOf, requireCleanFraming } from './edge/framing.ts'
import { answerProblems } from './edge/problem-answers.ts'
import { securityHeaders } from './edge/security-headers.ts'
import type { Forwarder } from './forwarding/forward.ts'
import { servePageFile } from './pages/page-files.ts'
import { routeTable } from './routing/route-table.ts'

export interface GatewayParts {
  admit: Admit
  forwarder: Forwarder
  /** Answers for the endpoints that are the gateway's own. */
  own: ReadonlyMap<string, RequestHandler[]>
  corsOrigins: readonly string[]
  /** How much is taken on at once for each service. */
  load: LoadLimits
  logger: Logger
}

/** Asked by orchestrators all the time, and never to be refused. */
const PROBES = ['getHealth', 'getLiveness', 'getReadiness']

/** The gateway from the request's first line to the service: hygiene, route, admission, own answer or forwarding. */
export function gatewayApp({ admit, forwarder, own, corsOrigins, load, logger }: GatewayParts): Express {
  const find = routeTable(ENDPOINTS)
  // One for each service: one that hangs must not take the room of the others.
  const loads = new Map([...SERVICES, 'gateway' as const].map((service) => [service, loadGuard(load)]))
  const app = plainApp()
  app.use(identify, accessLog(logger), securityHeaders, cors(corsOrigins))
  app.use((request, _response, next) => {
    requireCleanFraming(request)
    request.url = originForm(request)
    next()
  })
  app.get('/docs/assets/:file', servePageFile)

  app.use(async (request, response, next) => {
    const known = find(pathOf(request.url))
    if (known === undefined) {
      throw new Failure('not-found', 'There is no such path. All paths are listed in /openapi.json.')
    }
    if (request.method === 'OPTIONS') {
      answerOptions(known.allow, response)
      return
    }
    const endpoint = known.endpointFor(request.method)
    if (endpoint === undefined) {
      response.set('Allow', known.allow)
      throw new Failure('method-not-allowed', `This path knows ${known.allow}.`)
    }
    note(response, { endpoint: endpoint.name })
    routed(endpoint.path)
    await answer(endpoint, request, response, next)
  })

  const answer = async (endpoint: Endpoint, request: Request, response: Response, next: () => void) => {
    const { service } = endpoint
    if (PROBES.includes(endpoint.name)) {
      next()
      return
    }
    loads.get(service)?.admit(response)
    const statement = await admit(endpoint, request, witness(response))
    if (service === 'gateway') next()
    else await forwarder.forward(service, endpoint, statement, request, response)
  }

  for (const endpoint of ENDPOINTS.filter(({ service }) => service === 'gateway')) {
    const handlers = own.get(endpoint.name)
    if (handlers === undefined) throw new Error(`Nobody answers ${endpoint.name}.`)
    app.get(endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), ...handlers)
  }
  app.use(answerProblems(logger))
  return app
}

/** Writes down what admission finds out: for the log, and in headers that even a refusal carries. */
const witness = (response: Response): Witness => ({
  from: (address) => note(response, { address }),
  identified: (userId) => note(response, { user_id: userId }),
  concerns(orgId) {
    note(response, { org_id: orgId })
    concerning(orgId)
  },
  counted: (standing) => tellStanding(standing, response),
})
