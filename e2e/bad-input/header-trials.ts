import { randomUUID } from 'node:crypto'

import { ENDPOINTS, ROLES } from '@kitroom/contracts'

import type { Person } from '../client.ts'
import { type lettersOf, SERVICE_OPERATIONS } from '../samples.ts'
import { credentialsOf, type Letter } from '../wire.ts'
import type { Trial } from './misjudged.ts'

type LetterFor = ReturnType<typeof lettersOf>
type Headers = readonly [string, string][]

const inOrganization = SERVICE_OPERATIONS.filter(
  ({ access, name }) => ROLES.some((role) => role === access) || name === 'register',
)
const signedIn = [...inOrganization, ...SERVICE_OPERATIONS.filter(({ access }) => access === 'session')]

const without = (letter: Letter, ...names: string[]): Headers =>
  (letter.headers ?? []).filter(([name]) => !names.includes(name))

/** No organisation, or not one. */
export function organizations(letterFor: LetterFor, admin: Person): Trial[] {
  const { orgId } = admin
  const faults: Record<string, string[]> = {
    missing: [],
    twice: [orgId, orgId],
    'two of them': [orgId, randomUUID()],
    empty: [''],
    'in braces': [`{${orgId}}`],
    'without dashes': [orgId.replaceAll('-', '')],
    nil: ['00000000-0000-0000-0000-000000000000'],
    'a list': [`${orgId}, ${orgId}`],
    'no UUID': ['x'],
    'one digit short': [orgId.slice(0, -1)],
    'in a URN': [`urn:uuid:${orgId}`],
  }
  return inOrganization.flatMap((operation) => {
    const letter = letterFor(operation)
    return Object.entries(faults).map(([fault, values]) => ({
      operation,
      fault: `X-Org-Id ${fault}`,
      letter: {
        ...letter,
        headers: [
          ...without(letter, 'X-Org-Id'),
          ...values.map((value): [string, string] => ['X-Org-Id', value]),
        ],
      },
      codes: ['org-header-invalid'],
    }))
  })
}

/** No token, or not one. */
export function tokens(letterFor: LetterFor, admin: Person): Trial[] {
  const bearer = `Bearer ${admin.token}`
  const [head = '', payload = '', signature = ''] = admin.token.split('.')
  const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const faults: Record<string, string[]> = {
    missing: [],
    twice: [bearer, bearer],
    'a good and a bad one': [bearer, 'Bearer x'],
    empty: [''],
    'without token': ['Bearer'],
    'with an empty token': ['Bearer '],
    'of another scheme': [`Basic ${Buffer.from('a:b').toString('base64')}`],
    'without scheme': [admin.token],
    'two tokens': [`${bearer} ${admin.token}`],
    'no token': ['Bearer x'],
    'an unsigned token': [`Bearer ${unsigned}.${payload}.`],
    'a token with another signature': [
      `Bearer ${head}.${payload}.${signature.split('').toReversed().join('')}`,
    ],
    'a refresh token': [`Bearer ${admin.refreshToken}`],
  }
  return signedIn.flatMap((operation) => {
    const letter = letterFor(operation)
    return Object.entries(faults).map(([fault, values]) => ({
      operation,
      fault: `Authorization ${fault}`,
      letter: {
        ...letter,
        headers: [
          ...without(letter, 'Authorization'),
          ...values.map((value): [string, string] => ['Authorization', value]),
        ],
      },
      codes: ['unauthenticated'],
    }))
  })
}

/** Versions and keys that are none. */
export function preconditions(letterFor: LetterFor): Trial[] {
  const trial = (
    operation: (typeof ENDPOINTS)[number],
    name: string,
    values: string[],
    code: string,
  ): Trial => {
    const letter = letterFor(operation)
    return {
      operation,
      fault: `${name} ${values.map((value) => value.slice(0, 20)).join(' and ')}`,
      letter: {
        ...letter,
        headers: [...without(letter, name), ...values.map((value): [string, string] => [name, value])],
      },
      codes: [code],
      place: name,
    }
  }
  const VERSIONS = [
    [''],
    ['1'],
    ['"1'],
    ['1"'],
    ['""1""'],
    ["'1'"],
    ['w/"1"'],
    ['*, "1"'],
    ['"1"', '*'],
    ['"1" "2"'],
  ]
  const KEYS = [[''], ['""'], ['two words'], ['k'.repeat(256)], ['schl\u00fcssel'], ['a', 'b'], ['a', 'a']]
  return ENDPOINTS.flatMap((operation) => [
    ...(operation.ifMatch === undefined ? [] : VERSIONS).map((values) =>
      trial(operation, 'If-Match', values, 'validation-failed'),
    ),
    ...(operation.method === 'POST' ? KEYS : []).map((values) =>
      trial(operation, 'Idempotency-Key', values, 'validation-failed'),
    ),
    ...(operation.idempotency === 'required'
      ? [trial(operation, 'Idempotency-Key', [], 'idempotency-key-missing')]
      : []),
  ])
}

/** What is good although it looks unusual, so that the refusals above are no accident. */
export const unusual = (admin: Person): Letter[] =>
  [
    [...credentialsOf(admin).slice(0, 1), ['X-Org-Id', admin.orgId.toUpperCase()]] satisfies Headers,
    [
      ['authorization', `bearer   ${admin.token}`],
      ['x-org-id', admin.orgId],
    ] satisfies Headers,
    [...credentialsOf(admin), ['X_Org_Id', 'x']] satisfies Headers,
  ].map((headers) => ({ method: 'GET', path: '/resources', headers }))
