import { expect } from '@jest/globals'
import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { filled, headersFor, queryFor } from '../samples.ts'
import type { Heard, Wire } from '../wire.ts'

/** What to call an operation with. */
export interface Call {
  as?: readonly [string, string][]
  /** Of several in the path, in their order. */
  id?: string | readonly string[]
  query?: string
  body?: object | string
  headers?: readonly [string, string][]
}

export interface Answered {
  body: Record<string, never>
  etag: string | undefined
}

const operationNamed = (name: string): Endpoint => {
  const found = ENDPOINTS.find((endpoint) => endpoint.name === name)
  if (found === undefined) throw new Error(`There is no operation ${name}.`)
  return found
}

/**
 * Calls operations by name, holds every answer to its declaration, and remembers which were heard.
 * @param knowing the methods by which it is asked again for what is known, which must be 304
 */
export function strictCalls(client: Wire, knowing: readonly string[] = ['GET', 'HEAD']) {
  const heard = new Set<string>()

  const call = async (
    name: string,
    { as = [], id = '', query, body, headers = [] }: Call = {},
  ): Promise<Answered> => {
    const operation = operationNamed(name)
    const { method, consumes = 'application/json' } = operation
    const path = filled(operation.path, id)
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const own = headersFor(operation).filter(([header]) => headers.every(([other]) => other !== header))
    const answer = await client.send({
      method,
      path: `${path}${query ?? queryFor(operation)}`,
      headers: [
        ...as,
        ...own,
        ...headers,
        ...(text === undefined ? [] : [['Content-Type', consumes] satisfies [string, string]]),
      ],
      body: text,
    })
    const read = conforming(operation, answer)
    heard.add(`${name} ${answer.status}`)
    const { location, etag } = answer.headers
    if (answer.status === 201 || answer.status === 202) {
      const there = await client.send({ method: 'GET', path: location ?? '', headers: as })
      const shown = JSON.parse(there.text) as Answered['body']
      if (as.length > 0) expect([name, there.status, timeless(shown)]).toEqual([name, 200, timeless(read)])
    }
    if (method === 'GET' && etag !== undefined) await isKnown(client, knowing, name, path, as, etag)
    return { body: read, etag }
  }

  return { call, heard }
}

/** An object without what grows with time. */
const timeless = ({ priority_score: _score, score_factors: _factors, ...rest }: Record<string, unknown>) =>
  rest

/** The body, which is what the declaration says, to the last field. */
function conforming(
  { name, replies, alsoCsv, produces = 'application/json' }: Endpoint,
  { status, headers, text }: Heard,
) {
  const schema = replies[status as keyof typeof replies]
  if (schema === undefined) throw new Error(`${name} answered ${status}, which it does not declare: ${text}`)
  if (schema === null) {
    expect([name, text, headers['content-type']]).toEqual([name, '', undefined])
    return {}
  }
  if (alsoCsv !== undefined && headers['content-type']?.startsWith('text/csv') === true) {
    const titles = text.split('\r\n', 1)[0]
    expect([name, titles, headers['content-disposition'], headers['content-type'], headers.vary]).toEqual([
      name,
      alsoCsv.columns.join(','),
      `attachment; filename="${alsoCsv.file}"`,
      'text/csv; charset=utf-8; header=present',
      expect.stringContaining('Accept'),
    ])
    return {}
  }
  expect([name, headers['content-type']]).toEqual([name, `${produces}; charset=utf-8`])
  const body = (produces === 'application/json' ? JSON.parse(text) : text) as Answered['body']
  // Parsing drops what is not declared and adds what is missing: then the two differ.
  expect([name, schema.parse(body)]).toEqual([name, body])
  const { version } = body as { version?: number }
  expect([name, headers.etag]).toEqual([name, version === undefined ? undefined : `"${version}"`])
  expect([name, headers.location !== undefined]).toEqual([name, status === 201 || status === 202])
  return body
}

/** Who has the version already hears only that. */
async function isKnown(
  client: Wire,
  methods: readonly string[],
  name: string,
  path: string,
  as: readonly [string, string][],
  etag: string,
) {
  for (const method of methods) {
    const again = await client.send({
      method,
      path,
      headers: [...as, ['If-None-Match', `W/"0", ${etag}`]],
    })
    expect([name, method, again.status, again.headers.etag, again.text]).toEqual([
      name,
      method,
      304,
      etag,
      '',
    ])
  }
}
