import { randomUUID } from 'node:crypto'

import { type Endpoint, ROLES } from '@kitroom/contracts'

import type { Trial } from '../bad-input/misjudged.ts'
import type { Person } from '../client.ts'
import {
  headersFor,
  type Ids,
  pathFor,
  placesOf,
  queryFor,
  SERVICE_OPERATIONS,
  type Things,
} from '../samples.ts'

/** What a request is made of, so that two faults of different parts can be in one request. */
interface Parts {
  token: string | undefined
  orgId: string | undefined
  type: string
  body: string | undefined
  query: string
  ids: Ids
  ifMatch: string | undefined
}

export interface Scene {
  admin: Person
  student: Person
  /** An admin of another organisation. */
  stranger: Person
  things: Things
  bodies: Record<string, object>
  /** A booking, a fine and a waitlist entry that are done with: no step leads on from them. */
  over: Pick<Things, 'bookings' | 'fines' | 'waitlist'>
}

interface Fault {
  code: string
  parts: Partial<Parts>
}

/** The steps of a booking's life, and the change of a booking: those that its status can forbid. */
const BY_STATUS = /^(submit|cancel|approve|reject|checkOut|return|change|extend)Booking$|^scanUnit$/

/** Of operations whose body names things: the members that do. */
const REFERENCES: Record<string, string[]> = {
  createBooking: ['on_behalf_of'],
  joinWaitlist: ['on_behalf_of'],
  lendWalkIn: ['on_behalf_of'],
  scanUnit: ['resource_unit_id'],
  swapItem: ['resource_unit_id'],
  createFine: ['user_id', 'booking_id'],
  payFines: ['fine_ids'],
}

/** The faults a request for an operation can have, in the order of judgement of the contract. */
function faultsOf(operation: Endpoint, { student, stranger, bodies, over }: Scene): Fault[] {
  const { access, method, ifMatch, consumes, name } = operation
  const hasBody = method === 'POST' || method === 'PATCH'
  const fault = (applies: boolean, code: string, parts: Partial<Parts>) => (applies ? [{ code, parts }] : [])
  const naming = (member: string, id: string) => ({
    body: JSON.stringify({ ...bodies[name], [member]: member.endsWith('s') ? [id] : id }),
  })
  return [
    ...fault(true, 'unauthenticated', { token: undefined }),
    ...fault(access !== 'session', 'org-header-invalid', { orgId: undefined }),
    ...fault(access !== 'session', 'not-a-member', { orgId: stranger.orgId }),
    ...fault(access !== 'session' && access !== 'student', 'forbidden', { token: student.token }),
    ...fault(hasBody, 'unsupported-media-type', { type: 'text/plain' }),
    ...fault(hasBody && consumes === undefined, 'body-too-large', { body: ' '.repeat(1024 * 1024 + 1) }),
    ...fault(true, 'validation-failed', { query: '?unheard_of=1' }),
    ...placesOf(operation).flatMap(({ place }) =>
      fault(true, 'not-found', { ids: { [place]: randomUUID() } }),
    ),
    ...(REFERENCES[name] ?? []).flatMap((member) => fault(true, 'not-found', naming(member, randomUUID()))),
    ...fault(ifMatch === 'required', 'if-match-required', { ifMatch: undefined }),
    ...fault(ifMatch !== undefined, 'version-mismatch', { ifMatch: '"999"' }),
    ...fault(BY_STATUS.test(name), 'invalid-transition', { ids: { id: over.bookings } }),
    ...fault(operation.path.startsWith('/waitlist/{id}/'), 'invalid-transition', {
      ids: { id: over.waitlist },
    }),
    ...fault(name === 'waiveFine', 'invalid-transition', { ids: { id: over.fines } }),
    ...fault(name === 'payFines', 'invalid-transition', naming('fine_ids', over.fines)),
  ]
}

const TOKEN_NEEDED = SERVICE_OPERATIONS.filter(
  ({ access, name }) => access === 'session' || ROLES.some((role) => role === access) || name === 'register',
)

/** Every two faults of different parts in one request: the earlier is answered. Each alone too. */
export function faultsInPairs(scene: Scene): Trial[] {
  return TOKEN_NEEDED.flatMap((operation) => {
    const faults = faultsOf(operation, scene)
    return faults.flatMap((first, at) => [
      trial(operation, scene, first),
      ...faults.slice(at + 1).flatMap((second) => {
        const isOfOneRequest = Object.keys(first.parts).every((part) => !(part in second.parts))
        return isOfOneRequest ? [trial(operation, scene, first, second)] : []
      }),
    ])
  })
}

function trial(operation: Endpoint, { admin, things, bodies }: Scene, first: Fault, second?: Fault): Trial {
  const { name, method, consumes = 'application/json' } = operation
  const good: Parts = {
    token: admin.token,
    orgId: admin.orgId,
    type: consumes,
    body: method === 'POST' || method === 'PATCH' ? JSON.stringify(bodies[name] ?? {}) : undefined,
    query: queryFor(operation),
    ids: {},
    ifMatch: operation.ifMatch === undefined ? undefined : '*',
  }
  const { token, orgId, type, body, query, ids, ifMatch } = { ...good, ...second?.parts, ...first.parts }
  const header = (field: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[field, value]]
  return {
    operation,
    fault: `${first.code} before ${second?.code ?? 'nothing'}`,
    letter: {
      method,
      path: `${pathFor(operation, things, ids)}${query}`,
      headers: [
        ...header('Authorization', token === undefined ? undefined : `Bearer ${token}`),
        ...header('X-Org-Id', orgId),
        ...header('Content-Type', body === undefined ? undefined : type),
        ...header('If-Match', ifMatch),
        ...headersFor(operation).filter(([field]) => field !== 'If-Match'),
      ],
      body,
    },
    codes: [first.code],
  }
}
