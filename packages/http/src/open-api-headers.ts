import type { Endpoint } from '@kitroom/contracts'
import { z } from 'zod'

type Json = Record<string, unknown>

const described = (description: string, schema: Json = { type: 'string' }): Json => ({
  description,
  required: true,
  schema,
})
const count: Json = { type: 'string', pattern: '^\\d+$' }

/** The headers that answers promise, by name. */
export const ANSWER_HEADERS = {
  'X-Request-Id': described('The id to ask for help with; the one that was sent, when it was well-formed.'),
  ETag: described('The version, to be sent in `If-Match`.', { type: 'string', pattern: '^"\\d+"$' }),
  Location: described('Where it is.', { type: 'string', pattern: '^/' }),
  'WWW-Authenticate': described('How to sign in.'),
  'Retry-After': described('Seconds to wait before the request is repeated.', count),
  'RateLimit-Limit': described('Requests a minute.', count),
  'RateLimit-Remaining': described('Requests left in this minute.', count),
  'RateLimit-Reset': described('Seconds until the minute is over.', count),
} as const satisfies Record<string, Json>

type HeaderName = keyof typeof ANSWER_HEADERS

const pointing = (...names: HeaderName[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const STANDING: HeaderName[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']

/** A body with a `version` carries it as a strong entity tag. */
function isVersioned(schema: z.ZodType | null | undefined): boolean {
  return schema instanceof z.ZodObject && 'version' in schema.shape
}

const isProbe = ({ path }: Endpoint) => path.startsWith('/health')

/** What an answer of success carries. */
export function replyHeaders(endpoint: Endpoint, status: number): Json {
  const schema = endpoint.replies[status as keyof Endpoint['replies']]
  return pointing(
    'X-Request-Id',
    ...(isProbe(endpoint) ? [] : STANDING),
    ...(status === 201 || status === 202 ? (['Location'] as const) : []),
    ...(isVersioned(schema) ? (['ETag'] as const) : []),
  )
}

/** What a refusal carries. */
export function refusalHeaders(status: number): Json {
  return pointing(
    'X-Request-Id',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
    ...(status === 429 ? STANDING : []),
  )
}

/** The answer to who has the version already, by `If-None-Match`. */
export function notModified(endpoint: Endpoint): Json {
  if (endpoint.method !== 'GET' || !isVersioned(endpoint.replies[200])) return {}
  return {
    '304': {
      description: 'The version named in `If-None-Match` is the present one.',
      headers: pointing('X-Request-Id', 'ETag', ...STANDING),
    },
  }
}
