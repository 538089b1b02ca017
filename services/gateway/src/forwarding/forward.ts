import { type Statement, STATEMENT_HEADER, type StatementSigner } from '@kitroom/access-token'
import { type Endpoint, type ServiceName, SERVICES } from '@kitroom/contracts'
import { isTraced } from '@kitroom/observability'

import type { Visit } from '../edge/visit.ts'
import { bodyLimit, requireAnnouncedSize } from './body-limit.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { serviceProxy } from './service-proxy.ts'

export interface Forwarder {
  /** Hands an admitted request to the service of its endpoint. */
  forward(service: ServiceName, endpoint: Endpoint, statement: Statement, visit: Visit): Promise<void>
  close(): Promise<void>
}

/** @param urls where each service listens */
export function forwarder(urls: Record<ServiceName, string>, statements: StatementSigner): Forwarder {
  const proxies = new Map(SERVICES.map((service) => [service, serviceProxy(service, urls[service])]))
  return {
    async forward(service, endpoint, statement, visit) {
      const { request, response, requestId } = visit
      requireAnnouncedSize(endpoint, request)
      const expectsContinue = request.headers.expect?.toLowerCase() === '100-continue'
      const headers = forwardedHeaders(endpoint, request.headers)
      // Where we trace, the call carries our own context, which goes on from the client's; two would be none.
      if (isTraced()) {
        delete headers['traceparent']
        delete headers['tracestate']
      }
      headers['x-request-id'] = requestId
      headers[STATEMENT_HEADER] = await statements.sign(service, statement)
      if (expectsContinue) {
        response.writeContinue()
        delete request.headers.expect
      }
      await proxies.get(service)?.send(visit, headers, bodyLimit(endpoint))
    },
    async close() {
      await Promise.all(Array.from(proxies.values(), (proxy) => proxy.close()))
    },
  }
}
