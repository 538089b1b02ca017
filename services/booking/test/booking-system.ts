import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type StatementSigner, statementSigner } from '@kitroom/access-token'
import { type EntityChanged, type Role, subjectOf } from '@kitroom/contracts'
import { connectBroker } from '@kitroom/events'
import { startNats } from '@kitroom/local-servers'
import { createLogger } from '@kitroom/service'
import { type TestDatabase, testDatabase, testIdentity } from '@kitroom/testing'

import type { BookingConfig } from '../src/config.ts'
import { migrations } from '../src/persistence/migrations/index.ts'
import { type BookingService, startBooking } from '../src/service.ts'
import { fakedAuth, type OrganizationRules, type Person } from './faked-auth.ts'
import { type Asked, type Equipment, fakedInventory, type Mood } from './faked-inventory.ts'

export type { OrganizationRules, Person } from './faked-auth.ts'
export type { Equipment } from './faked-inventory.ts'

export interface Answer {
  status: number
  headers: Headers
  /** The body as it came. */
  text: string
  body: Record<string, unknown> & {
    id: string
    version: number
    items: { resource_unit_id: string; id: string }[]
  }
}

export interface RequestOptions {
  body?: unknown
  headers?: Record<string, string>
  key?: string
  ifMatch?: string
}

/** The real booking service over real PostgreSQL and NATS, with its neighbours faked at their gRPC ports. */
export interface BookingSystem extends AsyncDisposable {
  database: TestDatabase
  url: string
  /** Where other services ask, and as whom. */
  grpcAddress: string
  signerOf: (service: 'gateway') => StatementSigner
  equip: (orgId: string, name: string, units: number, type?: string) => Equipment
  /** Lets another system's equipment be known to this one's inventory: for two processes over one database. */
  share: (equipment: Equipment) => void
  person: (role: Role, orgId?: string) => Person
  /** Sets what the faked auth says of an organisation, before the service asks. */
  rule: (orgId: string, rules: OrganizationRules) => void
  /** What the gateway would say of a person: for requests that `send` cannot make. */
  statementOf: (as: Person) => Promise<string>
  /** Sends one request; a busy machine's 503 is no answer unless the test made the neighbour fail. */
  send: (as: Person, method: string, path: string, options?: RequestOptions) => Promise<Answer>
  /** How many such 503s there were. */
  busyAnswers: () => number
  /** Tells, as inventory would, that something happened to a resource or unit. */
  tell: (
    told: Pick<EntityChanged['data'], 'entity_type' | 'entity_id' | 'action' | 'after'>,
    orgId: string,
  ) => Promise<void>
  /** Tells, as auth would, that something happened to a user or a role. */
  tellOfMember: (
    told: Pick<EntityChanged['data'], 'entity_type' | 'entity_id' | 'action' | 'before' | 'after'>,
    orgId: string,
  ) => Promise<void>
  /** Puts a message into the stream as it is. */
  publish: (subject: string, payload: string) => Promise<void>
  /** From now on the faked auth knows the person no more. */
  dismiss: (person: Person) => void
  /** A second process of the same service, on the same database and neighbours. */
  replica: () => Promise<BookingService & { send: BookingSystem['send'] }>
  /** From now on no event is published or heard. */
  stopBroker: () => Promise<void>
  /** How long the faked inventory takes to answer. */
  delayInventory: (ms: number) => void
  failInventory: (failing: boolean) => void
  /** Its next answer about what can be lent is given now and comes when the promise is settled. */
  holdAnswer: (until: Promise<unknown>) => void
  /** What the faked inventory was asked. */
  asked: Asked[]
}

const logger = createLogger({ service: 'booking', level: 'error' })

interface SystemOptions {
  /** A database to work on instead of one of its own. */
  url?: string
  /** How long offers hold their units. */
  offerTtlSeconds?: number
  /** Between two looks for overdue loans; so many that no test sees one, unless it is about them. */
  lookoutSeconds?: number
}

export async function bookingSystem(options: SystemOptions = {}): Promise<BookingSystem> {
  await using parts = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-booking-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const nats = parts.adopt(await startNats({ dataDir: folder }), (server) => server.stop())
  const identity = await testIdentity()
  const database = parts.use(await testDatabase('booking', migrations))
  const equipment = new Map<string, Equipment>()
  /** An id is an organisation's own: another may have the same for something else. */
  const know = (made: Equipment) => void equipment.set(`${made.orgId} ${made.id}`, made)
  const people = new Map<string, Person>()
  const rules = new Map<string, OrganizationRules>()
  const mood: Mood = { delay: 0, failing: false, held: undefined }
  const asked: Asked[] = []
  const inventory = parts.adopt(fakedInventory(identity, equipment, mood, asked), (fake) => fake.close())
  const auth = parts.adopt(fakedAuth(identity, people, rules), (fake) => fake.close())
  const config: BookingConfig = {
    service: 'booking',
    logLevel: 'error',
    exitWithParent: false,
    drainSeconds: 0,
    httpPort: 0,
    grpcPort: 0,
    listenHost: '127.0.0.1',
    natsUrl: nats.url,
    natsReplicas: 1,
    databaseUrl: options.url ?? database.url,
    inventoryGrpc: `127.0.0.1:${await inventory.listen(0, '127.0.0.1')}`,
    authGrpc: `127.0.0.1:${await auth.listen(0, '127.0.0.1')}`,
    servicePrivateKey: identity.privateJwk('booking'),
    servicePublicKeys: identity.publicJwks,
    lookoutSeconds: options.lookoutSeconds ?? 3600,
    waitlistOfferTtlSeconds: options.offerTtlSeconds ?? 600,
  }
  const service = parts.use(await startBooking(config, { logger }))
  const broker = parts.use(connectBroker({ url: nats.url, name: 'test', logger }))
  await broker.reachable(AbortSignal.timeout(10_000))
  const url = `http://127.0.0.1:${service.httpPort}`
  const orgId = randomUUID()
  const running = parts.move()

  let busyAnswers = 0
  const sendTo =
    (address: string): BookingSystem['send'] =>
    async (as, method, path, { body, headers = {}, key, ifMatch } = {}) => {
      for (let patience = 50; ; patience--) {
        const response = await fetch(`${address}${path}`, {
          method,
          headers: {
            'X-Kitroom-Statement': await identity.statementFor('booking', as),
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...(key === undefined ? {} : { 'Idempotency-Key': key }),
            ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        })
        const text = await response.text()
        const isBusy = response.status === 503 && !mood.failing && mood.delay === 0
        if (isBusy) busyAnswers += 1
        if (isBusy && patience > 0) {
          await new Promise((resolve) => setTimeout(resolve, 200))
          continue
        }
        return {
          status: response.status,
          headers: response.headers,
          text,
          body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
        }
      }
    }

  const publish = async (
    source: 'inventory' | 'auth',
    told: Omit<EntityChanged['data'], 'actor_user_id'>,
    owner: string,
  ): Promise<void> => {
    const type = subjectOf(source, told.entity_type, told.action)
    const event: EntityChanged = {
      specversion: '1.0',
      id: randomUUID(),
      source,
      type,
      time: new Date().toISOString(),
      orgid: owner,
      requestid: 'test',
      datacontenttype: 'application/json',
      data: { actor_user_id: null, ...told },
    }
    await broker.publish(type, JSON.stringify(event), event.id)
  }

  return {
    database,
    url,
    grpcAddress: `127.0.0.1:${service.grpcPort}`,
    signerOf: (name) => statementSigner({ service: name, privateJwk: identity.privateJwk(name) }),
    asked,
    equip(owner, name, count, type = 'T') {
      const units = Array.from({ length: count }, () => ({ id: randomUUID(), lendable: true }))
      const made = { id: randomUUID() as string, orgId: owner, name, type, lendable: true, units }
      know(made)
      return made
    },
    share: know,
    person(role, owner = orgId) {
      const made = { userId: randomUUID() as string, orgId: owner, roles: [role] }
      people.set(made.userId, made)
      return made
    },
    rule(owner, set) {
      rules.set(owner, set)
    },
    statementOf: (as) => identity.statementFor('booking', as),
    send: sendTo(url),
    busyAnswers: () => busyAnswers,
    tell: (told, owner) =>
      publish('inventory', { before: told.action === 'CREATE' ? null : {}, ...told }, owner),
    publish: async (subject, payload) => {
      await broker.publish(subject, payload, randomUUID())
    },
    tellOfMember: (told, owner) => publish('auth', told, owner),
    dismiss: (person) => people.delete(person.userId),
    async replica() {
      const second = await startBooking(config, { logger })
      return { ...second, send: sendTo(`http://127.0.0.1:${second.httpPort}`) }
    },
    stopBroker: () => nats.stop(),
    delayInventory(ms) {
      mood.delay = ms
    },
    failInventory(failing) {
      mood.failing = failing
    },
    holdAnswer(until) {
      mood.held = until
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
