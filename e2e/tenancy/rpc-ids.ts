import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type GrpcClient, grpcClient, type RpcService } from '@kitroom/grpc'

import type { TestSystem } from '../test-system.ts'
import type { Service, Sign } from './doors.ts'
import type { Organization } from './organization.ts'

/** What an rpc is asked, of one organisation about the things of one, perhaps another. */
type Ask = (org_id: string, about: Organization) => Promise<unknown>

/** A call of every rpc that names things, and the fields that name them: one that is missing fails the test. */
export interface Asked {
  fields: readonly string[]
  ask: Ask
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

const TIME = { from: '2020-01-01T00:00:00.000Z', to: '2040-01-01T00:00:00.000Z' }

/** Clients as a service that may call has them. */
export function callers({ ports }: TestSystem, sign: Sign) {
  const open: { close: () => void }[] = []
  const client = <const Name extends RpcService>(
    name: Name,
    to: Service,
    by: 'gateway' | Service,
  ): GrpcClient<Name> => {
    const statements = { sign: (audience: string, statement: object) => sign(by, audience, statement) }
    const made = grpcClient(name, {
      address: `127.0.0.1:${ports[to].grpc}`,
      statements,
      logger: quiet,
      timeoutMs: 10_000,
    })
    open.push(made)
    return made
  }
  const clients = {
    access: client('Access', 'auth', 'gateway'),
    directory: client('Directory', 'auth', 'booking'),
    inventory: client('Inventory', 'inventory', 'booking'),
    bookings: client('Bookings', 'booking', 'inventory'),
    trail: client('AuditTrail', 'audit', 'booking'),
  }
  return { ...clients, close: () => open.forEach((made) => made.close()) }
}

/** By the name of the rpc. The trail is read for a member only. */
export function rpcs(
  { access, directory, inventory, bookings, trail }: ReturnType<typeof callers>,
  us: Organization,
): Record<string, Asked> {
  const admin = { statement: { member: { orgId: us.id, roles: ['admin' as const] } } }
  return {
    GetCaller: {
      fields: ['user_id', 'session_id'],
      ask: async (org_id, { admin: { id, token } }) => {
        const caller = await access.getCaller({ org_id, user_id: id, session_id: sessionIn(token) })
        return caller.is_member || caller.roles.length > 0 ? id : ''
      },
    },
    BatchGetCallers: {
      fields: ['user_id', 'session_id'],
      ask: async (org_id, { admin: { id, token } }) => {
        const sessions = [{ user_id: id, session_id: sessionIn(token) }]
        const { callers } = await access.batchGetCallers({ org_id, sessions })
        return callers.some(({ is_member, roles }) => is_member || roles.length > 0) ? id : ''
      },
    },
    BatchGetUsers: {
      fields: ['user_ids'],
      ask: (org_id, { admin: { id } }) => directory.batchGetUsers({ org_id, user_ids: [id] }),
    },
    GetOrganization: { fields: [], ask: (org_id) => directory.getOrganization({ org_id }) },
    BatchGetUnits: {
      fields: ['unit_ids'],
      ask: (org_id, { things }) => inventory.batchGetUnits({ org_id, unit_ids: [things.units] }),
    },
    ListLendableUnits: {
      fields: ['resource_ids', 'unit_ids'],
      ask: (org_id, { things }) =>
        inventory.listLendableUnits({ org_id, resource_ids: [things.resources], unit_ids: [things.units] }),
    },
    FindLendableResources: {
      fields: ['taken_unit_ids'],
      ask: (org_id, { things, marker }) =>
        inventory.findLendableResources({
          ...{ org_id, type: '', tags: [], q: marker, taken_unit_ids: [things.units], free_only: false },
          ...{ limit: 100, page: 1, cursor: '', descending: false, cursor_scope: '' },
        }),
    },
    ListResources: {
      fields: ['after_id', 'resource_ids'],
      ask: (org_id, { things }) =>
        inventory.listResources({
          org_id,
          after_id: before(things.resources),
          resource_ids: [things.resources],
        }),
    },
    BatchGetBookings: {
      fields: ['booking_ids'],
      ask: (org_id, { things }) => bookings.batchGetBookings({ org_id, booking_ids: [things.bookings] }),
    },
    ListOccupancy: {
      fields: ['unit_ids'],
      ask: (org_id, { things }) => bookings.listOccupancy({ org_id, unit_ids: [things.units], ...TIME }),
    },
    ListEvents: {
      fields: ['entity_id'],
      ask: (org_id, { things }) =>
        trail.listEvents({ org_id, entity_type: '', entity_id: things.bookings, limit: 100 }, admin),
    },
    Verify: { fields: [], ask: (org_id) => trail.verify({ org_id }, admin) },
  }
}

/** The id of nothing that would come just before this one. */
const before = (id: string) => `${id.slice(0, -12)}000000000000`

const sessionIn = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid

/** Of every request in proto/ the fields that name things, beside the organisation itself. */
export async function fieldsOfIds(services: readonly Service[]): Promise<Record<string, string[]>> {
  const files = services.map((name) => join(import.meta.dirname, `../../proto/${name}/v1/${name}.proto`))
  const protos = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
  const messages = new Map(
    [...protos.matchAll(/^message (\w+) \{([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [name, body]),
  )
  const idsIn = (message: string): string[] =>
    [...(messages.get(message) ?? '').matchAll(/(\w+) (\w+) = \d+;/g)].flatMap(([, type = '', field = '']) =>
      messages.has(type) ? idsIn(type) : /_ids?$/.test(field) && field !== 'org_id' ? [field] : [],
    )
  const requests = [...messages.keys()].filter((name) => name.endsWith('Request'))
  return Object.fromEntries(requests.map((name) => [name.replace(/Request$/, ''), idsIn(name)]))
}
