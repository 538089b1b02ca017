import { randomUUID } from 'node:crypto'

import { type Endpoint, type Role, ROLES } from '@kitroom/contracts'

import type { Trial } from '../bad-input/misjudged.ts'
import type { Person } from '../client.ts'
import { bodiesFor, headersFor, pathFor, queryFor, type Things } from '../samples.ts'
import { credentialsOf, type Letter } from '../wire.ts'
import type { Operation } from './document.ts'
import type { Organization } from './organization.ts'
import { ROWS } from './rows.ts'
import type { Outsider } from './tokens.ts'

/** @throws Error naming an operation nobody wrote a row for */
export const rowOf = (name: string) => {
  const row = ROWS[name]
  if (row === undefined) throw new Error(`e2e/tenancy/rows.ts has no row for ${name}.`)
  return row
}

export const isAboutAnObject = ({ endpoint }: Operation): boolean => endpoint.path.includes('{id}')

/** Ids of nothing at all. */
export const nothings = (things: Things): Things =>
  Object.fromEntries(Object.keys(things).map((kind) => [kind, randomUUID()])) as unknown as Things

/** A request for an operation that is good but for who sends it and what it is about. */
export function letterTo(
  endpoint: Endpoint,
  headers: readonly [string, string][],
  { about, naming, query = '', match }: { about: Things; naming: Things; query?: string; match?: string },
): Letter {
  const { name, method, consumes = 'application/json' } = endpoint
  const body =
    consumes === 'text/csv' ? 'Name,Code\nLamp,L1\n' : JSON.stringify(bodiesFor(naming)[name] ?? {})
  const writes = method === 'POST' || method === 'PATCH'
  const preconditions: [string, string][] =
    match === undefined
      ? headersFor(endpoint)
      : [...headersFor(endpoint).filter(isNoMatch), ['If-Match', match]]
  return {
    method,
    path: `${pathFor(endpoint, about)}${query === '' ? queryFor(endpoint) : query}`,
    headers: [
      ...headers,
      ...preconditions,
      ...(writes ? [['Content-Type', consumes] satisfies [string, string]] : []),
    ],
    ...(writes ? { body } : {}),
  }
}

const isNoMatch = ([name]: [string, string]) => name !== 'If-Match'

/** Every operation that needs somebody × everybody who is nobody here × every sort of id. */
export function outsidersAtEverything(
  operations: readonly Operation[],
  people: readonly Outsider[],
  ours: Organization,
  theirs: Organization,
): Trial[] {
  const random = nothings(ours.things)
  const abouts = { ours: ours.things, theirs: theirs.things, deleted: ours.deleted, 'of nothing': random }
  return operations.flatMap((operation) => {
    const { endpoint } = operation
    const { who } = rowOf(endpoint.name)
    if (who === 'public') return []
    const ids = isAboutAnObject(operation) ? Object.entries(abouts) : Object.entries({ ours: ours.things })
    return people
      .filter(({ code }) => who !== 'session' || code === 'unauthenticated')
      .flatMap(({ name, headers, code }) =>
        ids.map(([sort, about]) => ({
          operation: endpoint,
          fault: `${name}, ids ${sort}`,
          letter: letterTo(endpoint, headers, { about, naming: ours.things }),
          codes: [code],
        })),
      )
  })
}

/** One table, role × operation: who may is refused for what is judged next, who may not for the role. */
export function everyCell(
  operations: readonly Operation[],
  ours: Organization,
  theirs: Organization,
): Trial[] {
  const people: Record<Role, Person> = { student: ours.student, staff: ours.staff, admin: ours.admin }
  return operations.flatMap(({ endpoint }) => {
    const { who } = rowOf(endpoint.name)
    if (who === 'public') return []
    return ROLES.flatMap((role) => {
      const isAllowed = who === 'session' || ROLES.indexOf(role) >= ROLES.indexOf(who)
      return [ours.things, theirs.things, ours.deleted, nothings(ours.things)].map((about) => ({
        operation: endpoint,
        fault: `as ${role}`,
        letter: letterTo(endpoint, credentialsOf(people[role]), {
          about,
          naming: ours.things,
          query: '?unheard_of=1',
        }),
        codes: [isAllowed ? 'validation-failed' : 'forbidden'],
      }))
    })
  })
}

/** What is somebody else's, to a student; and to staff, what is the requester's alone. All of it is the admin's. */
export function othersThings(
  operations: readonly Operation[],
  { things, student, staff }: Organization,
): Trial[] {
  return operations.flatMap(({ endpoint }) => {
    const { whose } = rowOf(endpoint.name)
    if (whose === undefined) return []
    return (whose === 'own' ? [student] : [student, staff]).map((person) => ({
      operation: endpoint,
      fault: `of somebody else, as ${person.id === staff.id ? 'staff' : 'student'}`,
      letter: letterTo(endpoint, credentialsOf(person), { about: things, naming: things }),
      codes: ['forbidden'],
    }))
  })
}

/** What clients may read and not write, with a value that would do harm. */
const READ_ONLY = ({ id, admin, student }: Organization): Record<string, unknown> => ({
  id: randomUUID(),
  org_id: id,
  version: 1,
  created_at: '2026-03-01T09:00:00.000Z',
  updated_at: '2026-03-01T09:00:00.000Z',
  deleted_at: null,
  status: 'APPROVED',
  role: 'admin',
  roles: ['admin'],
  is_active: true,
  password_hash: 'x',
  user_id: admin.id,
  requester_user_id: student.id,
  amount_paid_cents: 0,
  priority_score: 1_000_000,
  rank: 1,
  history: [],
})

/** Of those, what an operation takes after all. */
const WRITABLE: Record<string, readonly string[]> = {
  createResource: ['status'],
  changeResource: ['status'],
  addUnit: ['status'],
  changeUnit: ['status'],
  register: ['roles'],
  changeUser: ['roles', 'is_active'],
  createFine: ['user_id'],
}

/** Each of them in the body of every operation that takes JSON. */
export function readOnlyMembers(
  operations: readonly Operation[],
  us: Organization,
  other: Organization,
): Trial[] {
  return operations.flatMap(({ endpoint }) => {
    const { name, method, consumes } = endpoint
    if ((method !== 'POST' && method !== 'PATCH') || consumes === 'text/csv') return []
    const sample = bodiesFor(us.things)[name] ?? {}
    return Object.entries(READ_ONLY(other))
      .filter(([member]) => WRITABLE[name]?.includes(member) !== true)
      .map(([member, value]) => ({
        operation: endpoint,
        fault: `${member} in its body`,
        letter: {
          ...letterTo(endpoint, credentialsOf(us.admin), { about: us.things, naming: us.things, match: '*' }),
          body: JSON.stringify({ ...sample, [member]: value }),
        },
        codes: ['validation-failed'],
      }))
  })
}
