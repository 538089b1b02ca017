import type { Endpoint } from '@kitroom/contracts'
import { type FailureCode, FAILURES } from '@kitroom/errors'
import { z } from 'zod'

import { ANSWER_HEADERS, notModified, refusalHeaders, replyHeaders } from './open-api-headers.ts'
import { STATUS_OF } from './status.ts'

type Json = Record<string, unknown>

export interface DocumentInfo {
  title: string
  version: string
  description: string
}

/** Collects the named schemas that operations refer to. */
class Components {
  readonly schemas: Record<string, Json> = {}

  /** The JSON Schema of a zod schema, its named parts moved among the components. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _dialect,
      $defs,
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & {
      $defs?: Record<string, Json>
    }
    const renamed = new Map<string, string>()
    for (const [name, definition] of Object.entries($defs ?? {})) {
      renamed.set(name, this.#nameFor(name, definition, io))
    }
    const rewrite = (value: unknown): unknown => relocated(value, renamed, io)
    for (const [name, definition] of Object.entries($defs ?? {})) {
      this.schemas[renamed.get(name) ?? name] = rewrite(definition) as Json
    }
    const id = own['id']
    const body = rewrite(own) as Json
    delete body['id']
    if (typeof id !== 'string') return body
    const name = this.#nameFor(id, body, io)
    this.schemas[name] = body
    return { $ref: `#/components/schemas/${name}` }
  }

  /** What goes in and what comes out under one name may differ; then the input has a name of its own. */
  #nameFor(name: string, definition: Json, io: 'input' | 'output'): string {
    const known = this.schemas[name]
    if (io === 'output' || known === undefined) return name
    const { id: _id, ...rest } = definition
    return JSON.stringify(known) === JSON.stringify(rest) ? name : `${name}Input`
  }
}

function relocated(value: unknown, renamed: ReadonlyMap<string, string>, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((inner) => relocated(inner, renamed, io))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'id' && typeof inner === 'string'))
      // Answers may gain members; clients ignore those they do not know.
      .filter(([key, inner]) => !(io === 'output' && key === 'additionalProperties' && inner === false))
      .map(([key, inner]) => {
        if (key !== '$ref' || typeof inner !== 'string') return [key, relocated(inner, renamed, io)]
        const name = inner.replace('#/$defs/', '')
        return [key, `#/components/schemas/${renamed.get(name) ?? name}`]
      }),
  )
}

function parameters(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query' | 'header',
  components: Components,
): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = components.schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }))
}

const header = (
  name: string,
  description: string,
  required: boolean,
  schema: Json = { type: 'string' },
): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema,
})

function protocolHeaders(endpoint: Endpoint): Json[] {
  const headers: Json[] = []
  if (endpoint.access !== 'public' && endpoint.access !== 'session') {
    headers.push(
      header('X-Org-Id', 'The organisation the request is about.', true, { type: 'string', format: 'uuid' }),
    )
  }
  if (endpoint.idempotency === 'required' || endpoint.idempotency === 'accepted') {
    const description =
      '1 to 255 visible ASCII characters; a repeat of the request with the same key hears the first answer.'
    headers.push(header('Idempotency-Key', description, endpoint.idempotency === 'required'))
  }
  if (endpoint.ifMatch !== undefined) {
    headers.push(
      header('If-Match', 'The ETag of the version that is to be changed.', endpoint.ifMatch === 'required'),
    )
  }
  return headers
}

/** The refusals every operation of this sort can give, beside its own. */
function failuresOf(endpoint: Endpoint): FailureCode[] {
  const codes: FailureCode[] = ['validation-failed', 'rate-limited', 'dependency-unavailable']
  if (endpoint.access !== 'public') codes.push('unauthenticated')
  if (endpoint.access !== 'public' && endpoint.access !== 'session')
    codes.push('org-header-invalid', 'not-a-member', 'forbidden')
  if (endpoint.params !== undefined) codes.push('not-found')
  if (endpoint.method === 'POST' || endpoint.method === 'PATCH')
    codes.push('malformed-json', 'body-too-large', 'unsupported-media-type')
  if (endpoint.idempotency === 'required') codes.push('idempotency-key-missing')
  if (endpoint.idempotency === 'required' || endpoint.idempotency === 'accepted')
    codes.push('idempotency-in-flight', 'idempotency-key-reused')
  if (endpoint.ifMatch !== undefined) codes.push('version-mismatch')
  if (endpoint.ifMatch === 'required') codes.push('if-match-required')
  return [...new Set([...codes, ...(endpoint.failures ?? [])])]
}

function refusals(endpoint: Endpoint): Json {
  const byStatus = Map.groupBy(failuresOf(endpoint), (code) => STATUS_OF[FAILURES[code].kind])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${FAILURES[code].title}`).join('; '),
        headers: refusalHeaders(status),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem', properties: { code: { enum: codes } } },
          },
        },
      },
    ]),
  )
}

/** What the reply is for whom asks for a CSV file. */
function csvFile({ alsoCsv }: Endpoint): Json {
  if (alsoCsv === undefined) return {}
  const description = `All entries, in the order of \`sort\`; the columns are ${alsoCsv.columns.join(', ')}.`
  return { 'text/csv': { schema: { type: 'string', description } } }
}

function replies(endpoint: Endpoint, components: Components): Json {
  return Object.fromEntries(
    Object.entries(endpoint.replies).map(([status, schema]) => [
      status,
      {
        description: status === '201' ? 'Created; `Location` says where.' : endpoint.summary,
        headers: replyHeaders(endpoint, Number(status)),
        ...(schema === null
          ? {}
          : {
              content: {
                [endpoint.produces ?? 'application/json']: { schema: components.schemaOf(schema, 'output') },
                ...csvFile(endpoint),
              },
            }),
      },
    ]),
  )
}

function requestBody(endpoint: Endpoint, components: Components): Json {
  if (endpoint.consumes === 'text/csv') {
    return { requestBody: { required: true, content: { 'text/csv': { schema: { type: 'string' } } } } }
  }
  if (endpoint.body === undefined) return {}
  const schema = components.schemaOf(endpoint.body, 'input')
  return {
    requestBody: { required: endpoint.bodyOptional !== true, content: { 'application/json': { schema } } },
  }
}

function operation(endpoint: Endpoint, components: Components): Json {
  const role = ['public', 'session'].includes(endpoint.access) ? undefined : endpoint.access
  return {
    operationId: endpoint.name,
    tags: [endpoint.service],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    ...(role === undefined ? {} : { 'x-role': role }),
    security: endpoint.access === 'public' ? [] : [{ bearer: [] }],
    parameters: [
      ...parameters(endpoint.params, 'path', components),
      ...parameters(endpoint.query, 'query', components),
      ...parameters(endpoint.headers, 'header', components),
      ...protocolHeaders(endpoint),
    ],
    ...requestBody(endpoint, components),
    responses: { ...replies(endpoint, components), ...notModified(endpoint), ...refusals(endpoint) },
  }
}

/** The OpenAPI 3.1 document of a set of endpoints, from the very schemas that validate. */
export function openApi(endpoints: readonly Endpoint[], problem: z.ZodType, info: DocumentInfo): Json {
  const components = new Components()
  // What comes out takes the names first; what goes in and differs finds them taken.
  const answers = endpoints.flatMap(({ replies }) => Object.values(replies)).filter((reply) => reply !== null)
  for (const answer of [problem, ...answers]) components.schemaOf(answer, 'output')
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operation(endpoint, components),
    }
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components.schemas,
      headers: ANSWER_HEADERS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}
