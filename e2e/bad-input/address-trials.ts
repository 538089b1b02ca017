import { ENDPOINTS } from '@kitroom/contracts'
import { z } from 'zod'

import { type lettersOf, OBJECT_OPERATIONS, placesOf, queryFor, SERVICE_OPERATIONS } from '../samples.ts'
import type { Trial } from './misjudged.ts'
import { NOT_INSTANTS, NOT_UUIDS } from './values.ts'

type LetterFor = ReturnType<typeof lettersOf>

/** The parameters of an operation's query with their JSON Schema. */
const parametersOf = ({ query }: (typeof ENDPOINTS)[number]): [string, Record<string, unknown>][] =>
  query === undefined
    ? []
    : Object.entries(z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }).properties ?? {}).map(
        ([name, schema]) => [name, typeof schema === 'boolean' ? {} : schema],
      )

const invalid = { codes: ['validation-failed'] }

/** Parameters nobody has heard of, by whatever name, and broken encoding. */
export const unknownParameters = (letterFor: LetterFor): Trial[] =>
  SERVICE_OPERATIONS.flatMap((operation) => [
    ...['unheard_of', 'id', 'org_id', '__proto__', 'constructor', 'limit[gt]', 'LIMIT', ''].map((name) => ({
      operation,
      fault: `unknown parameter ${name}`,
      letter: letterFor(operation, { query: queryFor(operation, [name, '1']) }),
      place: name,
      ...invalid,
    })),
    ...['%', '%zz', '%ff', '%E0%A4%A', '%ED%A0%80'].map((value) => ({
      operation,
      fault: `encoding ${value}`,
      letter: letterFor(operation, { query: queryFor(operation, ['q', value]) }),
      place: 'query',
      ...invalid,
    })),
    {
      operation,
      fault: 'an unknown parameter after a thousand empty ones',
      letter: letterFor(operation, {
        query: `?${queryFor(operation).slice(1)}${'&'.repeat(1_500)}unheard_of=1`,
      }),
      place: 'unheard_of',
      ...invalid,
    },
  ])

/** By the sort of a parameter what it cannot be; `sort` and `cursor` by their name. */
function wrongValuesOf(name: string, schema: Record<string, unknown>): string[] {
  if (name === 'sort') return SORTS
  if (name === 'delimiter') return ['', ';;', '%22', '%0A', '%00', '%C3%A9']
  if (name === 'cursor')
    return ['', 'x', 'null', 'e30', 'WyJ4Il0', 'WyJ4IiwieSJd', 'x'.repeat(2_000), "'", '..%2F']
  if (schema['format'] === 'date-time') return [...NOT_INSTANTS, '', 'NaN'].map(encodeURIComponent)
  if (schema['format'] === 'uuid') return [...NOT_UUIDS, '', 'a\0b'].map(encodeURIComponent)
  if (schema['type'] === 'integer') return INTEGERS
  if (schema['type'] === 'boolean') return ['', '0', '1', 'TRUE', 'yes', 'null', 'true%00']
  if ('enum' in schema || '$ref' in schema || 'anyOf' in schema) return ['', 'x', 'available', 'null', '%00']
  return ['', '%20', '%00', 'a%00b', 'x'.repeat(1_000)]
}

const INTEGERS = [
  '',
  '0',
  '-1',
  '1.5',
  '1e1',
  '0x10',
  '05',
  '%201',
  'x',
  '1,2',
  '2147483648',
  '99999999999999999999',
  'Infinity',
  'NaN',
].concat(['null', '%EF%BC%91'])

const SORTS = [
  '',
  'unheard_of',
  '-',
  '--name',
  'name,',
  ',name',
  'NAME',
  'name%20desc',
  'name;drop%20table%20tag',
  "name'",
  'name)--',
  '(select%201)',
  'created_at,created_at',
  'created_at,-created_at',
  '__proto__',
  'constructor',
  'toString',
]

/** Every wrong value of every parameter, and parameters given twice that are to be given once. */
export const wrongParameters = (letterFor: LetterFor): Trial[] =>
  ENDPOINTS.flatMap((operation) =>
    parametersOf(operation).flatMap(([name, schema]) => [
      ...wrongValuesOf(name, schema).map((value) => ({
        operation,
        fault: `${name}=${value.slice(0, 50)}`,
        letter: letterFor(operation, { query: queryFor(operation, [name, value]) }),
        place: name,
        ...invalid,
      })),
      ...(isRepeatable(operation, name)
        ? []
        : [
            {
              operation,
              fault: `${name} twice`,
              letter: letterFor(operation, { query: queryFor(operation, [name, '1'], [name, '2']) }),
              place: name,
              ...invalid,
            },
          ]),
    ]),
  )

/** The contract's words: `status` of bookings, units and fines, and `tag`. */
const isRepeatable = ({ name: operation }: { name: string }, name: string) =>
  name === 'tag' ||
  (name === 'status' && ['listBookings', 'listUnits', 'listFines', 'listWaitlist'].includes(operation))

/** Ids that are none. Those that change the shape of the path are paths nobody knows. */
export const wrongIds = (letterFor: LetterFor): Trial[] =>
  OBJECT_OPERATIONS.flatMap((operation) => {
    const trial = (id: string, codes: string[]) =>
      placesOf(operation).map(({ place }) => ({
        operation,
        fault: `${place} ${id.slice(0, 50)}`,
        letter: letterFor(operation, { ids: { [place]: id } }),
        codes,
      }))
    const known = letterFor(operation)
    const [path = '', query] = known.path.split('?')
    const elsewhere = (fault: string, changed: string) => ({
      operation,
      fault,
      letter: { ...known, path: query === undefined ? changed : `${changed}?${query}` },
      codes: ['not-found'],
    })
    return [
      ...[
        ...NOT_UUIDS.map(encodeURIComponent),
        '%00',
        '%',
        '%zz',
        '%ff',
        '%E0%A4%A',
        '..%2f',
        '..%2f..%2fusers',
        '%2f',
        '%2e%2e',
        '*',
        'x'.repeat(5_000),
      ].flatMap((id) => trial(id, ['validation-failed'])),
      ...trial('x'.repeat(10_000), ['validation-failed']),
      elsewhere('trailing slash', `${path}/`),
      elsewhere('double slash', `/${path}`),
      elsewhere(
        'another case',
        path.replace(/^\/\w+/, (word) => word.toUpperCase()),
      ),
      ...placesOf(operation).map(({ place }) =>
        elsewhere(`an empty ${place}`, letterFor(operation, { ids: { [place]: '' }, query: '' }).path),
      ),
    ]
  })
