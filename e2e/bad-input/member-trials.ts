import type { Endpoint } from '@kitroom/contracts'

import { JSON_OPERATIONS, type lettersOf } from '../samples.ts'
import type { Trial } from './misjudged.ts'
import {
  leavesOf,
  NOT_INSTANTS,
  NOT_INTEGERS,
  NOT_TEXTS,
  NOT_UUIDS,
  objectsOf,
  type Path,
  pointerTo,
  textWith,
  textWithMember,
} from './values.ts'

type LetterFor = ReturnType<typeof lettersOf>
type Bodies = Record<string, object>

/** What clients may read and not write, and what nobody has heard of. */
const UNKNOWN = [
  'id',
  'org_id',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
  'requester_user_id',
  'constructor',
  'prototype',
  'unheard_of',
]

const bodyOf = (bodies: Bodies, { name }: Endpoint): object => bodies[name] ?? {}

/** A member too many in every object of every body. */
export const unknownMembers = (letterFor: LetterFor, bodies: Bodies): Trial[] =>
  JSON_OPERATIONS.flatMap((operation) => {
    const sample = bodyOf(bodies, operation)
    return objectsOf(sample).flatMap((path) =>
      UNKNOWN.map((name) => ({
        operation,
        fault: `${pointerTo(path)} has ${name}`,
        letter: letterFor(operation, { body: textWithMember(sample, path, name) }),
        codes: ['validation-failed'],
        place: `${pointerTo(path)}/${name}`,
      })),
    )
  })

/** A member twice, good both times: nobody can tell which of them was meant. */
export const repeatedMembers = (letterFor: LetterFor, bodies: Bodies): Trial[] =>
  JSON_OPERATIONS.flatMap((operation) => {
    const sample = bodyOf(bodies, operation)
    return Object.entries(sample).map(([name, value]) => ({
      operation,
      fault: `${name} twice`,
      letter: letterFor(operation, {
        body: JSON.stringify(sample).replace(/\}$/, `,"${name}":${JSON.stringify(value)}}`),
      }),
      codes: ['malformed-json'],
    }))
  })

/** Secrets that a sign-in compares: what could never be one is merely wrong. */
const COMPARED = ['signIn password', 'refreshSession refresh_token']

/** Limits of a policy that may be none. */
const LIMITS = [
  ...['horizon_days', 'no_show_minutes', 'active_bookings', 'units', 'max', 'strikes', 'debt_limit_cents'],
  ...['replacement_after_days', 'live_entries', 'lapses'],
]
/** Points, which may be taken off. */
const WEIGHTS = [
  ...['per_day_waiting', 'late_return', 'open_fine', 'active_booking'],
  ...['student', 'staff', 'admin'],
]

/** What is wrong in most members and right in these. */
const RIGHT: Record<string, string> = {
  'createFine booking_id': 'null',
  ...Object.fromEntries(LIMITS.map((name) => [`changeOrganization ${name}`, 'null'])),
  ...Object.fromEntries(WEIGHTS.map((name) => [`changeOrganization ${name}`, '-1'])),
}

/** Every value in every place of every body that has a member of that sort. */
const everywhere = (
  letterFor: LetterFor,
  bodies: Bodies,
  isOfSort: (leaf: unknown, name: string) => boolean,
  values: readonly string[],
): Trial[] =>
  JSON_OPERATIONS.flatMap((operation) => {
    const sample = bodyOf(bodies, operation)
    const nameOf = (path: Path) => String(path.findLast((step) => typeof step === 'string'))
    const places = leavesOf(sample).filter(({ leaf, path }) => isOfSort(leaf, nameOf(path)))
    return places.flatMap(({ path }) =>
      values
        .filter((value) => value !== RIGHT[`${operation.name} ${nameOf(path)}`])
        .map((value) => ({
          operation,
          fault: `${pointerTo(path)} is ${value.slice(0, 50)}`,
          letter: letterFor(operation, { body: textWith(sample, path, value) }),
          codes: COMPARED.includes(`${operation.name} ${nameOf(path)}`)
            ? ['validation-failed', 'invalid-credentials', 'rate-limited']
            : ['validation-failed'],
        })),
    )
  })

const quoted = (texts: readonly string[]) => texts.map((text) => JSON.stringify(text))

/** What is wrong in a member, by the sort of the member. */
export const WRONG_MEMBERS: Record<string, (letterFor: LetterFor, bodies: Bodies) => Trial[]> = {
  text: (letterFor, bodies) => everywhere(letterFor, bodies, (leaf) => typeof leaf === 'string', NOT_TEXTS),
  'whole number': (letterFor, bodies) =>
    everywhere(letterFor, bodies, (leaf) => typeof leaf === 'number', NOT_INTEGERS),
  'truth value': (letterFor, bodies) =>
    everywhere(letterFor, bodies, (leaf) => typeof leaf === 'boolean', ['0', '1', '"true"', 'null', '[]']),
  'one of some words': (letterFor, bodies) =>
    everywhere(
      letterFor,
      bodies,
      (leaf) => typeof leaf === 'string' && /^[A-Z]{3,}(_[A-Z]+)*$/.test(leaf),
      quoted(['UNHEARD_OF', 'good', 'Eur', '']),
    ),
  instant: (letterFor, bodies) =>
    everywhere(letterFor, bodies, (_, name) => name.endsWith('_at'), [
      ...quoted(NOT_INSTANTS),
      '1772355600000',
      '1e400',
      'null',
      '[]',
    ]),
  id: (letterFor, bodies) =>
    everywhere(letterFor, bodies, (_, name) => /_ids?$|^on_behalf_of$/.test(name), [
      ...quoted(NOT_UUIDS),
      '7',
      'null',
      '[]',
    ]),
}
