import { SERVICES } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import type { RequestHandler } from 'express'

import type { ServiceStates } from '../clients/service-health.ts'
import { pageHeaders } from '../edge/security-headers.ts'
import { apiDocument } from './api-document.ts'
import { docsPage } from './page-files.ts'
import { explainProblem } from './problem-page.ts'

export interface OwnEndpointParts {
  /** How each service is. */
  states: () => Promise<ServiceStates>
  /** False once we are stopping. */
  serving: () => boolean
}

/** What answers the endpoints of the contract that are the gateway's own, by their name. */
export async function ownEndpoints({
  states,
  serving,
}: OwnEndpointParts): Promise<ReadonlyMap<string, RequestHandler[]>> {
  const document = JSON.stringify(apiDocument())
  const docs = await docsPage()

  // What routers ask: only whether we serve, so that a neighbour's outage takes no gateway out (OPS-3).
  const health: RequestHandler = async (_request, response) => {
    if (!serving()) throw notReady('The gateway is stopping.')
    const services = await states()
    response.json({ status: silent(services).length === 0 ? 'ok' : 'degraded', services })
  }

  const readiness: RequestHandler = async (_request, response) => {
    if (!serving()) throw notReady('The gateway is stopping.')
    const missing = silent(await states())
    if (missing.length > 0) throw notReady(`No answer from ${missing.join(', ')}.`)
    response.json({ status: 'ok' })
  }

  return new Map<string, RequestHandler[]>([
    ['getHealth', [health]],
    ['getLiveness', [(_request, response) => void response.json({ status: 'ok' })]],
    ['getReadiness', [readiness]],
    ['getOpenApi', [(_request, response) => void response.type('json').send(document)]],
    ['getDocs', [pageHeaders, (_request, response) => void response.type('html').send(docs)]],
    ['getProblem', [pageHeaders, explainProblem]],
  ])
}

const silent = (states: ServiceStates) => SERVICES.filter((service) => states[service] !== 'ok')

const notReady = (detail: string) => new Failure('dependency-unavailable', detail, { retryAfterSeconds: 1 })
