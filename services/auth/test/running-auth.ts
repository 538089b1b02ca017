import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Statement, statementSigner } from '@kitroom/access-token'
import type { Role, User } from '@kitroom/contracts'
import { type GrpcClient, grpcClient } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'
import {
  testBroker,
  type TestDatabase,
  testDatabase,
  type TestIdentity,
  testIdentity,
} from '@kitroom/testing'

import type { AuthConfig } from '../src/config.ts'
import { migrations } from '../src/persistence/migrations/index.ts'
import { startAuth } from '../src/service.ts'

export const BOOTSTRAP_TOKEN = 'kJ2-found-me-9x'
export const PASSWORD = 'correct horse battery'

interface Sent {
  /** What the gateway says of who is calling; by default only their address. */
  as?: Statement
  body?: unknown
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  /** Whatever came; expectations say what it should be. */
  body: ReturnType<typeof JSON.parse>
}

export interface Founded {
  orgId: string
  admin: User
  /** The gateway's statement for the first admin. */
  as: Statement
}

export interface RunningAuth extends AsyncDisposable {
  database: TestDatabase
  /** What the service wrote into its log. */
  lines: Record<string, unknown>[]
  identity: TestIdentity
  config: AuthConfig
  send: (method: string, path: string, sent?: Sent) => Promise<Answer>
  access: GrpcClient<'Access'>
  directory: GrpcClient<'Directory'>
  /** Founds an organisation of its own for a test. */
  found: (name?: string) => Promise<Founded>
  addMember: (by: Founded, roles: readonly Role[], email?: string) => Promise<User>
  signIn: (email: string, password?: string, address?: string) => Promise<Answer>
  /** The entity type, action, before and after of each event written for an entity, in order. */
  eventsOf: (entityId: string) => Promise<WrittenEvent[]>
}

export interface WrittenEvent {
  entity_type: string
  action: string
  actor_user_id: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

const SESSION = '00000000-0000-7000-8000-000000000001'
let people = 0

export const newEmail = () => `person-${(people += 1)}-${randomBytes(4).toString('hex')}@example.edu`

/** What the gateway says of a member of an organisation. */
export const memberStatement = (
  userId: string,
  orgId: string,
  roles: readonly Role[],
  sessionId = SESSION,
): Statement => ({
  address: '192.0.2.1',
  session: { userId, sessionId },
  member: { orgId, roles },
})

/** The real service over a database of its own, called over HTTP and gRPC as the gateway calls it. */
export async function runningAuth(changed: Partial<AuthConfig> = {}): Promise<RunningAuth> {
  await using parts = new AsyncDisposableStack()
  const database = parts.use(await testDatabase('auth', migrations))
  const identity = await testIdentity()
  const lines: Record<string, unknown>[] = []
  const logger = createLogger(
    { service: 'auth', level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  )
  const config: AuthConfig = {
    service: 'auth',
    logLevel: 'silent',
    exitWithParent: false,
    drainSeconds: 0,
    httpPort: 0,
    grpcPort: 0,
    listenHost: '127.0.0.1',
    natsUrl: testBroker().url,
    natsReplicas: 1,
    databaseUrl: database.url,
    servicePrivateKey: identity.privateJwk('auth'),
    servicePublicKeys: identity.publicJwks,
    keyEncryptionKey: randomBytes(32),
    bootstrapToken: BOOTSTRAP_TOKEN,
    tokenIssuer: 'https://kitroom.test',
    tokenAudience: 'kitroom',
    loginFailuresPerAccount: 10,
    loginFailuresPerAddress: 100,
    loginFailureWindowSeconds: 900,
    ...changed,
  }
  const service = parts.use(await startAuth(config, { logger }))
  const gateway = statementSigner({ service: 'gateway', privateJwk: identity.privateJwk('gateway') })
  const toGrpc = { address: `127.0.0.1:${service.grpcPort}`, statements: gateway, logger, timeoutMs: 5_000 }
  const access = grpcClient('Access', toGrpc)
  parts.defer(() => access.close())
  const directory = grpcClient('Directory', toGrpc)
  parts.defer(() => directory.close())

  const sendOnce: RunningAuth['send'] = async (method, path, { as = {}, body, headers = {} } = {}) => {
    const answer = await fetch(`http://127.0.0.1:${service.httpPort}${path}`, {
      method,
      headers: {
        'x-kitroom-statement': await gateway.sign('auth', { address: '192.0.2.1', ...as }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    // No test expects a bug; what the log says of it would be gone with the test.
    if (answer.status === 500) {
      throw new Error(`${text} ${JSON.stringify(lines.filter(({ level }) => level === 'error'))}`)
    }
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
  /** Does as Retry-After says when the service sheds load, so that a slow machine changes no outcome. */
  const send: RunningAuth['send'] = async (method, path, sent) => {
    const answer = await sendOnce(method, path, sent)
    if (answer.status !== 503) return answer
    await sleep(Number(answer.headers.get('retry-after')) * 1_000 * Math.random())
    return send(method, path, sent)
  }

  const running = parts.move()
  return {
    database,
    lines,
    identity,
    config,
    send,
    access,
    directory,
    async found(name = 'University of Arts') {
      const organization = { name, timezone: 'Europe/Zurich' }
      const body = { organization, email: newEmail(), password: PASSWORD, full_name: 'Ada Lovelace' }
      const headers = { 'x-bootstrap-token': BOOTSTRAP_TOKEN }
      const answer = await send('POST', '/auth/register', { body, headers })
      if (answer.status !== 201) throw new Error(`founding failed: ${JSON.stringify(answer.body)}`)
      const { organization: founded, user } = answer.body
      return { orgId: founded.id, admin: user, as: memberStatement(user.id, founded.id, ['admin']) }
    },
    async addMember({ as }, roles, email = newEmail()) {
      const body = { email, password: PASSWORD, full_name: 'Grace Hopper', roles }
      const answer = await send('POST', '/auth/register', { as, body })
      if (answer.status !== 201) throw new Error(`adding failed: ${JSON.stringify(answer.body)}`)
      return answer.body
    },
    signIn: (email, password = PASSWORD, address = '192.0.2.1') =>
      send('POST', '/auth/login', { as: { address }, body: { email, password } }),
    async eventsOf(entityId) {
      const rows = await database.admin<{ data: WrittenEvent & { entity_id: string } }>(
        `select payload::jsonb -> 'data' as data from outbox
         where payload::jsonb #>> '{data,entity_id}' = $1 order by seq`,
        [entityId],
      )
      return rows.map(({ data: { entity_id: _, ...event } }) => event)
    },
    async [Symbol.asyncDispose]() {
      await running.disposeAsync()
    },
  }
}
