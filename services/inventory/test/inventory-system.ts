import { randomUUID } from 'node:crypto'

import type { ImportReport, Resource, ResourceUnit, Role, Tag } from '@kitroom/contracts'
import { createLogger } from '@kitroom/service'
import {
  testBroker,
  type TestDatabase,
  testDatabase,
  type TestIdentity,
  testIdentity,
} from '@kitroom/testing'

import { migrations } from '../src/persistence/migrations/index.ts'
import { startInventory } from '../src/service.ts'

export interface Person {
  userId: string
  orgId: string
  roles: readonly Role[]
}

interface Problem {
  code: string
  detail: string
  errors: { line?: number; parameter?: string; pointer?: string; detail: string }[]
}

export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body & Problem
}

export interface Sending {
  body?: unknown
  csv?: string | Uint8Array<ArrayBuffer> | undefined
  headers?: Record<string, string>
  /** A number becomes its strong tag. */
  ifMatch?: number | string
}

export interface ListOf<Entry> {
  data: Entry[]
  total: number | null
  page: number | null
  has_next: boolean
  next_cursor: string | null
}

/** The real inventory service over real PostgreSQL and NATS, spoken to as the gateway would. */
export interface InventorySystem extends AsyncDisposable {
  database: TestDatabase
  identity: TestIdentity
  grpcAddress: string
  person: (role: Role, orgId?: string) => Person
  send: <Body>(as: Person, method: string, path: string, sending?: Sending) => Promise<Answer<Body>>
  /** Makes a resource with units of these barcodes. */
  resource: (as: Person, name: string, barcodes?: readonly string[], more?: object) => Promise<Resource>
  unitsOf: (as: Person, resource: { id: string }) => Promise<ResourceUnit[]>
  tags: (as: Person) => Promise<Tag[]>
  list: (as: Person, query: string) => Promise<ListOf<Resource> & Problem>
  importFile: (as: Person, query: string, csv: Sending['csv']) => Promise<Answer<ImportReport>>
  /** The events the outbox holds of an entity, oldest first, as `ACTION`. */
  actionsOn: (entityId: string) => Promise<string[]>
  [Symbol.asyncDispose]: () => Promise<void>
}

/** @param natsUrl a broker of one's own: what others publish on the one all tests share is consumed by any of them */
export async function inventorySystem(natsUrl = testBroker().url): Promise<InventorySystem> {
  const [database, identity] = await Promise.all([testDatabase('inventory', migrations), testIdentity()])
  const service = await startInventory(
    {
      service: 'inventory',
      logLevel: 'error',
      exitWithParent: false,
      drainSeconds: 0,
      httpPort: 0,
      grpcPort: 0,
      listenHost: '127.0.0.1',
      natsUrl,
      natsReplicas: 1,
      servicePrivateKey: identity.privateJwk('inventory'),
      servicePublicKeys: { keys: [...identity.publicJwks.keys] },
      databaseUrl: database.url,
    },
    { logger: createLogger({ service: 'inventory', level: 'error' }) },
  )

  const send: InventorySystem['send'] = async <Body>(
    as: Person,
    method: string,
    path: string,
    { body, csv, headers = {}, ifMatch }: Sending = {},
  ) => {
    const response = await fetch(`http://127.0.0.1:${service.httpPort}${path}`, {
      method,
      headers: {
        'X-Kitroom-Statement': await identity.statementFor('inventory', as),
        ...(csv !== undefined && { 'Content-Type': 'text/csv' }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(ifMatch !== undefined && {
          'If-Match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch,
        }),
        ...headers,
      },
      ...(csv !== undefined && { body: csv }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Body & Problem,
    }
  }

  return {
    database,
    identity,
    grpcAddress: `127.0.0.1:${service.grpcPort}`,
    person: (role, orgId = randomUUID()) => ({ userId: randomUUID(), orgId, roles: [role] }),
    send,
    async resource(as, name, barcodes = [], more = {}) {
      const units = barcodes.map((barcode) => ({ barcode }))
      const body = { type: 'Mikrofone', name, units, ...more }
      const made = await send<Resource>(as, 'POST', '/resources', { body })
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      return made.body
    },
    unitsOf: async (as, { id }) =>
      (await send<ListOf<ResourceUnit>>(as, 'GET', `/resources/${id}/units`)).body.data,
    tags: async (as) => (await send<ListOf<Tag>>(as, 'GET', '/tags')).body.data,
    list: async (as, query) => (await send<ListOf<Resource>>(as, 'GET', `/resources?${query}`)).body,
    importFile: (as, query, csv) => send<ImportReport>(as, 'POST', `/imports/resources?${query}`, { csv }),
    async actionsOn(entityId) {
      const rows = await database.admin<{ action: string }>(
        `select payload::json->'data'->>'action' as action from outbox
         where payload::json->'data'->>'entity_id' = $1 order by seq`,
        [entityId],
      )
      return rows.map(({ action }) => action)
    },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
