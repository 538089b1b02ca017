import { randomUUID } from 'node:crypto'

import { generateSigningKey, issueAccessToken, publicPart, statementVerifier } from '@kitroom/access-token'
import type { Role } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'
import { grpcServer } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'
import { testIdentity } from '@kitroom/testing'

import type { GatewayConfig } from '../src/config.ts'
import { startGateway } from '../src/service.ts'
import { startUpstreams } from './upstreams.ts'

export interface Member {
  userId: string
  sessionId: string
  token: string
}

/** A gateway in front of servers that stand in for the services; auth's gRPC side is a real server too. */
export async function runningGateway(settings: Partial<GatewayConfig> = {}) {
  await using parts = new AsyncDisposableStack()
  const identity = await testIdentity()
  const tokenKey = await generateSigningKey('tokens')
  const upstreams = parts.use(await startUpstreams(identity.publicJwks, { keys: [publicPart(tokenKey)] }))

  /** The roles of users by organisation, and the sessions that live: what auth would know. */
  const roles = new Map<string, Role[]>()
  const sessions = new Set<string>()
  const questions: string[] = []
  /** Of how many sessions each call was. */
  const calls: number[] = []
  const asking = { hold: undefined as Promise<void> | undefined }
  const answerTo = async (
    org_id: string,
    { user_id, session_id }: Record<'user_id' | 'session_id', string>,
  ) => {
    questions.push(`${user_id} ${org_id}`)
    const held = roles.get(`${user_id} ${org_id}`) ?? []
    const session_active = sessions.has(session_id)
    await asking.hold
    return { session_active, user_active: true, roles: held, is_member: held.length > 0 }
  }

  const lines: Record<string, unknown>[] = []
  const logger = createLogger(
    { service: 'gateway', level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const grpc = grpcServer({
    service: 'auth',
    implementations: {
      Access: {
        getCaller: async ({ org_id, ...session }) => answerTo(org_id, session),
        async batchGetCallers({ org_id, sessions: asked }) {
          calls.push(asked.length)
          return { callers: await Promise.all(asked.map((session) => answerTo(org_id, session))) }
        },
      },
      Directory: {
        batchGetUsers: async () => ({ users: [] }),
        getOrganization: async () => {
          throw notFound('organisation')
        },
      },
    },
    statements: statementVerifier({
      audience: 'auth',
      publicJwks: identity.publicJwks,
      issuers: ['gateway'],
    }),
    logger,
  })
  const grpcPort = await grpc.listen(0, '127.0.0.1')
  parts.defer(() => grpc.close())

  const gateway = parts.use(
    await startGateway(
      {
        service: 'gateway',
        logLevel: 'info',
        exitWithParent: false,
        httpPort: 0,
        listenHost: '127.0.0.1',
        natsUrl: 'nats://127.0.0.1:1',
        natsReplicas: 1,
        servicePrivateKey: identity.privateJwk('gateway'),
        servicePublicKeys: identity.publicJwks,
        authUrl: upstreams.urls.auth,
        inventoryUrl: upstreams.urls.inventory,
        bookingUrl: upstreams.urls.booking,
        auditUrl: upstreams.urls.audit,
        authGrpc: `127.0.0.1:${grpcPort}`,
        tokenIssuer: 'https://auth.test',
        tokenAudience: 'kitroom',
        rateLimitPerMinute: 10_000,
        rateLimitOrgPerMinute: 1_000_000,
        signingKeysMaxAgeSeconds: 600,
        corsOrigins: [],
        trustedProxies: 0,
        drainSeconds: 0,
        ...settings,
      },
      { logger },
    ),
  )

  const running = parts.move()
  return {
    port: gateway.httpPort,
    url: `http://127.0.0.1:${gateway.httpPort}`,
    upstreams,
    lines,
    roles,
    sessions,
    /** What auth was asked, as `user organisation`. */
    questions,
    calls,
    /** Set `hold` and auth answers only when it is fulfilled. */
    asking,
    tokenKey,
    stopAuthRpc: () => grpc.close(),
    /** A signed-in user with these roles in an organisation. */
    async member(orgId: string, ...held: Role[]): Promise<Member> {
      const [userId, sessionId] = [randomUUID(), randomUUID()]
      if (held.length > 0) roles.set(`${userId} ${orgId}`, held)
      sessions.add(sessionId)
      const token = await issueAccessToken(tokenKey, {
        issuer: 'https://auth.test',
        audience: 'kitroom',
        userId,
        sessionId,
        tokenId: randomUUID(),
      })
      return { userId, sessionId, token }
    },
    stop: () => gateway[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

export type RunningGateway = Awaited<ReturnType<typeof runningGateway>>
