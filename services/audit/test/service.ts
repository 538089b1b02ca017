import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { EntityChanged, Role } from '@kitroom/contracts'
import { type Broker, connectBroker } from '@kitroom/events'
import { startNats } from '@kitroom/local-servers'
import { createLogger } from '@kitroom/service'
import { type TestDatabase, testDatabase, type TestIdentity, testIdentity } from '@kitroom/testing'

import { migrations } from '../src/persistence/migrations/index.ts'
import { type AuditService, startAudit } from '../src/service.ts'

export interface Member {
  orgId: string
  userId: string
  roles: readonly Role[]
}

/** The members of an answer that tests look at; a list has some, a problem others. */
interface Body extends Record<string, unknown> {
  data: { id: string }[]
  total: number | null
  next_cursor: string | null
  code: string
}

/** The whole service over a database and a broker of its own: it takes every event there is on a broker. */
export interface RunningAudit extends AsyncDisposable {
  store: TestDatabase
  identity: TestIdentity
  /** The broker as the other services use it. */
  broker: Broker
  service: AuditService
  publish: (event: EntityChanged, messageId?: string) => Promise<void>
  get: (path: string, member?: Member) => Promise<{ status: number; body: Body }>
  stopBroker: () => Promise<void>
  /** Stops the service and starts it again over what is there. */
  restart: () => Promise<void>
}

const logger = createLogger({ service: 'audit-test', level: 'silent' })

export async function runningAudit(): Promise<RunningAudit> {
  const parts = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-audit-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const nats = await startNats({ dataDir: folder })
  parts.defer(() => nats.stop())
  const store = parts.use(await testDatabase('audit', migrations))
  const identity = await testIdentity()

  const start = () =>
    startAudit(
      {
        service: 'audit',
        logLevel: 'silent',
        exitWithParent: false,
        drainSeconds: 0,
        httpPort: 0,
        grpcPort: 0,
        listenHost: '127.0.0.1',
        natsUrl: nats.url,
        natsReplicas: 1,
        servicePrivateKey: identity.privateJwk('audit'),
        servicePublicKeys: { keys: [...identity.publicJwks.keys] },
        databaseUrl: store.url,
      },
      { logger },
    )
  let service = await start()
  parts.defer(() => service[Symbol.asyncDispose]())
  const broker = parts.use(connectBroker({ url: nats.url, name: 'test', logger }))
  await broker.reachable(AbortSignal.timeout(10_000))
  await broker.ensureStream()

  return {
    store,
    identity,
    broker,
    get service() {
      return service
    },
    publish: async (event, messageId = event.id) => {
      await broker.publish(event.type, JSON.stringify(event), messageId)
    },
    async get(path, member) {
      const headers: Record<string, string> =
        member === undefined ? {} : { 'X-Kitroom-Statement': await identity.statementFor('audit', member) }
      const response = await fetch(`http://127.0.0.1:${service.httpPort}${path}`, { headers })
      return { status: response.status, body: (await response.json()) as Body }
    },
    stopBroker: () => nats.stop(),
    async restart() {
      await service[Symbol.asyncDispose]()
      service = await start()
    },
    async [Symbol.asyncDispose]() {
      await parts.disposeAsync()
    },
  }
}
