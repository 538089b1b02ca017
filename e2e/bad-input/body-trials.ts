import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { type Changes, JSON_OPERATIONS, type lettersOf } from '../samples.ts'
import type { Trial } from './misjudged.ts'

type LetterFor = ReturnType<typeof lettersOf>

const NEEDING_ONE = JSON_OPERATIONS.filter(
  ({ body, bodyOptional }) => body !== undefined && bodyOptional !== true,
)
const IMPORTS = ENDPOINTS.filter(({ consumes }) => consumes === 'text/csv')
const ALL = [...JSON_OPERATIONS, ...IMPORTS]

/** Every fault for every operation. */
const every =
  (letterFor: LetterFor) =>
  (operations: readonly Endpoint[], code: string, faults: Record<string, Changes>, place?: string): Trial[] =>
    operations.flatMap((operation) =>
      Object.entries(faults).map(([fault, changes]) => ({
        operation,
        fault,
        letter: letterFor(operation, changes),
        codes: [code],
        ...(place === undefined ? {} : { place }),
      })),
    )

/** Bodies that are not one JSON document in UTF-8 of a bearable depth. */
export const malformedBodies = (letterFor: LetterFor): Trial[] => [
  ...every(letterFor)(JSON_OPERATIONS, 'malformed-json', {
    truncated: { body: '{"name":' },
    'two documents': { body: '{} {}' },
    'a trailing comma': { body: '{"a":1,}' },
    'not a number': { body: '{"a":NaN}' },
    'a form': { body: 'a=1&b=2' },
    'white space': { body: ' ' },
    'with a byte order mark': { body: '\ufeff{}' },
    'no UTF-8': { body: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]) },
    'UTF-16': { body: Buffer.from('{}', 'utf16le') },
    'nested in lists': { body: '['.repeat(30_000) + ']'.repeat(30_000) },
    'nested in objects': { body: '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000) },
    'a prototype': { body: '{"__proto__":{"is_admin":true}}' },
    'a prototype further in': { body: '{"policy":{"__proto__":{"is_admin":true}}}' },
    'the prototype of its constructor': { body: '{"constructor":{"prototype":{"is_admin":true}}}' },
  }),
  ...every(letterFor)(NEEDING_ONE, 'malformed-json', {
    empty: { body: '' },
    'empty, in chunks': { body: '', chunked: true },
  }),
]

/** JSON that is no object. */
export const noObjects = (letterFor: LetterFor): Trial[] =>
  every(letterFor)(
    JSON_OPERATIONS,
    'validation-failed',
    Object.fromEntries(['[]', '[{}]', '7', '"x"', 'true', 'null'].map((body) => [body, { body }])),
    '',
  )

/** Bodies of a media type, charset or encoding that is not taken. */
export const foreignMedia = (letterFor: LetterFor): Trial[] => {
  const body = '{}'
  return [
    ...every(letterFor)(ALL, 'unsupported-media-type', {
      'of no type': { body, type: '' },
      'of no type, empty, in chunks': { body: '', chunked: true, type: '' },
      text: { body, type: 'text/plain' },
      'a form': { body, type: 'application/x-www-form-urlencoded' },
      'a form of parts': { body, type: 'multipart/form-data; boundary=x' },
      'JSON in UTF-16': { body, type: 'application/json; charset=utf-16' },
      'CSV in Latin-1': { body, type: 'text/csv; charset=iso-8859-1' },
      'in an unknown charset': { body, type: 'application/json; charset=x' },
      ...Object.fromEntries(
        ['gzip', 'deflate', 'br', 'foo', 'identity, gzip'].map((encoding) => [
          encoding,
          { body, more: [['Content-Encoding', encoding]] as const },
        ]),
      ),
    }),
    ...every(letterFor)(JSON_OPERATIONS, 'unsupported-media-type', { CSV: { body, type: 'text/csv' } }),
    ...every(letterFor)(IMPORTS, 'unsupported-media-type', {
      JSON: { body, type: 'application/json' },
      nothing: { body: undefined },
    }),
  ]
}

/** Bodies beyond 1 MiB, and beyond 10 MiB for an import, and one bad from early on; those in chunks do not say so. */
export const largeBodies = (letterFor: LetterFor): Trial[] => {
  const json = `{"a":"${'x'.repeat(1024 * 1024)}"}`
  const csv = `Name,Code\n${'Lamp,L1\n'.repeat((10 * 1024 * 1024) / 8)}`
  // Refused at the ten thousandth of them, while the rest is still being sent.
  const badRows = `Name,Code\n${',\n'.repeat(4 * 1024 * 1024)}`
  const sent = (body: string) => ({ announced: { body }, 'in chunks': { body, chunked: true } })
  return [
    ...every(letterFor)(JSON_OPERATIONS, 'body-too-large', sent(json)),
    ...every(letterFor)(IMPORTS, 'body-too-large', sent(csv)),
    ...every(letterFor)(IMPORTS, 'validation-failed', sent(badRows)),
  ]
}
