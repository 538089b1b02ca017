import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'
import fc from 'fast-check'
import { z } from 'zod'

import { headersFor, JSON_OPERATIONS, pathFor, placesOf, type Things } from '../samples.ts'
import type { Letter } from '../wire.ts'

type Schema = Record<string, unknown> & {
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  enum?: unknown[]
  $defs?: Record<string, Schema>
}

const HOUR = 3_600_000

/** Values that some program has choked on. */
const NASTY: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '📷',
    'e\u0301',
    '%',
    '_',
    '\\',
    "'",
    '";--',
    '../..',
    '=1+1',
    'null',
    '-0',
  ],
  ...[
    '9'.repeat(400),
    'x'.repeat(5_000),
    'infinity',
    '2026-02-30T00:00:00Z',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...[
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    [],
    {},
    [[]],
    [null],
    { toString: 1 },
    { length: -1 },
  ],
)

const junk = fc.oneof(NASTY, fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 40 }))

/** What a schema takes, or nearly, with junk here and there. */
function valueOf(
  schema: Schema,
  definitions: Record<string, Schema>,
  ids: readonly string[],
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 14, arbitrary: goodValue(schema, definitions, ids) },
    { weight: 1, arbitrary: junk },
  )
}

function goodValue(
  schema: Schema,
  definitions: Record<string, Schema>,
  ids: readonly string[],
): fc.Arbitrary<unknown> {
  const { $ref, type, format, anyOf, items, properties, minimum = -5, maximum = 5, maxLength = 20 } = schema
  if (typeof $ref === 'string')
    return valueOf(definitions[$ref.replace('#/$defs/', '')] ?? {}, definitions, ids)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema['const'])
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => valueOf(one, definitions, ids)))
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, member]) => [
      name,
      valueOf(member, definitions, ids),
    ])
    const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
    const record = fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: required,
    })
    const more = fc.dictionary(fc.string({ maxLength: 12 }), junk, { minKeys: 1, maxKeys: 2 })
    return fc.oneof(
      { weight: 20, arbitrary: record },
      { weight: 1, arbitrary: fc.tuple(record, more).map(([object, others]) => ({ ...object, ...others })) },
    )
  }
  if (type === 'array') return fc.array(valueOf(items ?? {}, definitions, ids), { maxLength: 4 })
  if (type === 'integer')
    return fc.integer({ min: Math.max(Number(minimum), -(2 ** 31)), max: Math.min(Number(maximum), 2 ** 31) })
  if (type === 'boolean') return fc.boolean()
  if (type !== 'string') return junk
  if (format === 'date-time') return instant
  if (format === 'uuid') return fc.oneof(fc.constantFrom(...ids), fc.uuid())
  if (format === 'email') return fc.emailAddress()
  const length = Number(maxLength)
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(length, 30) }) },
    { weight: 1, arbitrary: fc.string({ minLength: length, maxLength: length + 1 }) },
    { weight: 1, arbitrary: fc.constantFrom('Europe/Zurich', 'UTC', 'name', '-created_at', 'me', ',') },
  )
}

const instant = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: -48, max: 240 })
      .map((hours) => new Date(Date.now() + hours * HOUR).toISOString()),
  },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
)

function arbitraryOf(schema: z.ZodType, ids: readonly string[]): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema
  return valueOf(root, root.$defs ?? {}, ids)
}

const asQuery = (query: unknown): string => {
  if (typeof query !== 'object' || query === null) return ''
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`.slice(0, 7_000)
}

/** As a browser would send it, half surrogate pairs as the replacement character. */
const encoded = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed())

/** What of the operations is tried: all but the end of the session everything is tried in. */
export const FUZZED = ENDPOINTS.filter(({ name, service }) => name !== 'signOut' && service !== 'gateway')

/**
 * Requests for an operation: most of them nearly good, by the very schemas that judge them.
 * @param things of the organisation the request is about
 * @param ids to be named now and then, of other organisations too
 */
export function requestsFor(
  operation: Endpoint,
  things: Things,
  ids: readonly string[],
): fc.Arbitrary<Letter> {
  const { method, query, body, consumes } = operation
  const id = fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 20 }).map(encoded) },
  )
  const cells = fc.array(fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }), { maxLength: 6 })
  const csv = cells.map((rows) => `Name,Code\n${rows.map((row) => row.join(',')).join('\r\n')}`)
  const hasBody = JSON_OPERATIONS.includes(operation)
  const letter = fc.record({
    place: fc.constantFrom(...placesOf(operation).map(({ place }) => place), 'none'),
    id,
    query: query === undefined ? fc.constant('') : arbitraryOf(query, ids).map(asQuery),
    body:
      consumes === 'text/csv'
        ? csv
        : hasBody
          ? arbitraryOf(body ?? z.strictObject({}), ids).map((value) => JSON.stringify(value))
          : fc.constant(undefined),
    ifMatch: fc.constantFrom('*', '"1"', '"1", "2", "3"', 'W/"1"', '1', undefined),
    key: fc.constantFrom('same', ' ', undefined, undefined),
  })
  return letter.map(({ place, id, query, body, ifMatch, key }) => ({
    method,
    path: `${pathFor(operation, things, id === undefined ? {} : { [place]: id })}${query}`,
    ...(body === undefined ? {} : { body }),
    headers: [
      ...headersFor(operation).filter(([name]) => name !== 'If-Match' || ifMatch === undefined),
      ...(ifMatch === undefined ? [] : [['If-Match', ifMatch] satisfies [string, string]]),
      ...(key === undefined ? [] : [['Idempotency-Key', key] satisfies [string, string]]),
      ...(body === undefined
        ? []
        : [['Content-Type', consumes ?? 'application/json'] satisfies [string, string]]),
    ],
  }))
}
