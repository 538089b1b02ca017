import { accessTokenVerifier, STATEMENT_HEADER, statementSigner } from '@kitroom/access-token'
import { connectBroker } from '@kitroom/events'
import { grpcClient } from '@kitroom/grpc'
import { drain, type Tools } from '@kitroom/service'

import { admission } from './admission/admit.ts'
import { rememberedCallers } from './admission/callers.ts'
import { rateLimits } from './admission/rate-limits.ts'
import { askAuth } from './clients/auth-access.ts'
import { serviceHealth } from './clients/service-health.ts'
import type { GatewayConfig } from './config.ts'
import { edgeServer } from './edge/edge-server.ts'
import { forwarder } from './forwarding/forward.ts'
import { gateway } from './gateway.ts'
import { ownEndpoints } from './pages/own-endpoints.ts'
import { pagesApp } from './pages/pages-app.ts'

/** A running gateway and where it listens. */
export interface Gateway extends AsyncDisposable {
  httpPort: number
}

/** Starts the gateway. Disposing of it ends in the reverse order: not ready, no more requests, closed. */
export async function startGateway(config: GatewayConfig, { logger }: Tools): Promise<Gateway> {
  await using parts = new AsyncDisposableStack()
  const urls = {
    auth: config.authUrl,
    inventory: config.inventoryUrl,
    booking: config.bookingUrl,
    audit: config.auditUrl,
  }
  const statements = statementSigner({ service: 'gateway', privateJwk: config.servicePrivateKey })

  const access = grpcClient('Access', { address: config.authGrpc, statements, logger })
  parts.defer(() => access.close())
  const callers = rememberedCallers(askAuth(access))
  const broker = parts.use(
    connectBroker({ url: config.natsUrl, name: 'gateway', replicas: config.natsReplicas, logger }),
  )
  const following = broker.follow({
    subject: 'kitroom.auth.>',
    onEvent: callers.forget,
    onGap: callers.forgetAll,
  })
  parts.defer(() => following.stop())

  const toServices = forwarder(urls, statements)
  parts.defer(() => toServices.close())
  let serving = true
  const listener = gateway({
    admit: admission({
      tokens: accessTokenVerifier({
        issuer: config.tokenIssuer,
        audience: config.tokenAudience,
        jwksUrl: `${config.authUrl}/.well-known/jwks.json`,
        maxAgeSeconds: config.signingKeysMaxAgeSeconds,
        headers: async () => ({ [STATEMENT_HEADER]: await statements.sign('auth', {}) }),
      }),
      callerOf: callers.of,
      limits: rateLimits(config.rateLimitPerMinute),
      organizationLimits: rateLimits(config.rateLimitOrgPerMinute),
      trustedProxies: config.trustedProxies,
    }),
    forwarder: toServices,
    pages: pagesApp(await ownEndpoints({ states: serviceHealth(urls), serving: () => serving })),
    corsOrigins: config.corsOrigins,
    load: config,
    logger,
  })

  const server = edgeServer(listener, logger)
  const httpPort = await server.listen(config.httpPort, config.listenHost)
  parts.defer(() => server.close())
  parts.defer(() => drain(config.drainSeconds, server.leave, () => (serving = false)))

  const running = parts.move()
  return { httpPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
