import type { RequestListener } from 'node:http'

import { type Endpoint, ENDPOINTS, SERVICES } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { loadGuard, type LoadLimits, type Logger } from '@kitroom/http'
import { concerning, routed, working } from '@kitroom/observability'

import type { Admit, Witness } from './admission/admit.ts'
import { tellStanding } from './admission/rate-limits.ts'
import { accessLog } from './edge/access-log.ts'
import { answerOptions, cors } from './edge/cors.ts'
import { originForm, pathOf, requireCleanFraming } from './edge/framing.ts'
import { answerProblem } from './edge/problem-answers.ts'
import { putHeaders, type Visit, visitOf } from './edge/visit.ts'
import type { Forwarder } from './forwarding/forward.ts'
import { PAGE_FILES } from './pages/page-files.ts'
import type { Pages } from './pages/pages-app.ts'
import { routeTable } from './routing/route-table.ts'

export interface GatewayParts {
  admit: Admit
  forwarder: Forwarder
  /** Answers what is the gateway's own. */
  pages: Pages
  corsOrigins: readonly string[]
  /** How much is taken on at once for each service. */
  load: LoadLimits
  logger: Logger
}

/** Asked by orchestrators all the time, and never to be refused. */
const PROBES = ['getHealth', 'getLiveness', 'getReadiness']

/** The gateway from the request's first line to the service: hygiene, route, admission, own answer or forwarding. */
export function gateway({
  admit,
  forwarder,
  pages,
  corsOrigins,
  load,
  logger,
}: GatewayParts): RequestListener {
  const find = routeTable(ENDPOINTS)
  // One for each service: one that hangs must not take the room of the others.
  const loads = new Map([...SERVICES, 'gateway' as const].map((service) => [service, loadGuard(load)]))
  const log = accessLog(logger)
  const allowOrigin = cors(corsOrigins)
  const refuse = answerProblem(logger)

  const page = (visit: Visit): Promise<void> => {
    putHeaders(visit)
    return pages(visit.request, visit.response)
  }

  const serve = async (visit: Visit): Promise<void> => {
    const { method = '', url = '' } = visit.request
    const known = find(pathOf(url))
    if (known === undefined) {
      if (!url.startsWith(PAGE_FILES) || !['GET', 'HEAD'].includes(method)) throw noSuchPath()
      return page(visit)
    }
    if (method === 'OPTIONS') {
      answerOptions(known.allow, visit)
      return
    }
    const endpoint = known.endpointFor(method)
    if (endpoint === undefined) {
      visit.headers['allow'] = known.allow
      throw new Failure('method-not-allowed', `This path knows ${known.allow}.`)
    }
    visit.facts.endpoint = endpoint.name
    routed(endpoint.path)
    return answer(endpoint, visit)
  }

  const answer = async (endpoint: Endpoint, visit: Visit): Promise<void> => {
    const { service } = endpoint
    if (PROBES.includes(endpoint.name)) return page(visit)
    loads.get(service)?.admit(visit.response)
    const statement = await admit(endpoint, visit.request, witness(visit))
    if (service === 'gateway') return page(visit)
    return forwarder.forward(service, endpoint, statement, visit)
  }

  return (request, response) => {
    const visit = visitOf(request, response)
    working({ requestId: visit.requestId }, () => {
      log(visit)
      allowOrigin(visit)
      // At once: what comes next on this connection may break its parser, and the answer be lost.
      try {
        requireCleanFraming(request)
        request.url = originForm(request)
      } catch (error) {
        refuse(visit, error)
        return
      }
      serve(visit).catch((error: unknown) => refuse(visit, error))
    })
  }
}

const noSuchPath = () =>
  new Failure('not-found', 'There is no such path. All paths are listed in /openapi.json.')

/** Writes down what admission finds out: for the log, and in headers that even a refusal carries. */
const witness = ({ facts, headers }: Visit): Witness => ({
  from: (address) => (facts.address = address),
  identified: (userId) => (facts.user_id = userId),
  concerns(orgId) {
    facts.org_id = orgId
    concerning(orgId)
  },
  counted: (standing) => tellStanding(standing, headers),
})
