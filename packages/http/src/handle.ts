import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'

import {
  type Endpoint,
  hasRole,
  type Once,
  Replayed,
  type Role,
  ROLES,
  type StoredAnswer,
} from '@kitroom/contracts'
import { withinDeadline } from '@kitroom/deadline'
import { Failure } from '@kitroom/errors'
import type { Request, Response } from 'express'
import { z } from 'zod'

import { prefersCsv } from './accept.ts'
import type { Admission } from './admission.ts'
import { answerMs, deadlineOf } from './answer-time.ts'
import { hasBody, limited, MAX_CSV_BYTES, MAX_JSON_BYTES, parseJson, readBody, requireMedia } from './body.ts'
import { renderCsv } from './csv.ts'
import { alreadyHas, occurrences, readIdempotencyKey, readIfMatch } from './headers.ts'
import { problemOf } from './problem.ts'
import { render } from './reply.ts'
import type { HandlerRequest, Route } from './route.ts'
import { validated } from './validate.ts'

/** A request at the service, with what its statement said. */
interface Arrival {
  request: Request
  response: Response
  admission: Admission
  requestId: string
}

/** Of what an endpoint declares no body or query for. */
const NO_MEMBERS = z.strictObject({})

/** @throws Failure unauthenticated, forbidden */
function admit(endpoint: Endpoint, { visitor, caller }: Admission): void {
  if (endpoint.access === 'public') return
  if (visitor.userId === null) throw new Failure('unauthenticated', 'Sign in first.')
  if (endpoint.access === 'session') return
  if (caller === undefined) throw new Failure('org-header-invalid', 'Name an organisation in X-Org-Id.')
  requireRole(caller.roles, endpoint.access)
}

/** @throws Failure forbidden, naming the role that would do */
export function requireRole(roles: readonly Role[], needed: Role): void {
  if (hasRole({ roles }, needed)) return
  const enough = ROLES.slice(ROLES.indexOf(needed)).join(' or ')
  throw new Failure('forbidden', `This needs the role ${enough} in this organisation.`)
}

function onceOf(route: Route, request: Request, requestId: string, hash: Hash | undefined): Once | undefined {
  const { endpoint } = route
  if (request.method !== 'POST') return undefined
  const values = occurrences(request.rawHeaders, 'idempotency-key')
  const key = readIdempotencyKey(values, endpoint.idempotency === 'required')
  if (key === undefined || hash === undefined || endpoint.idempotency === 'ignored') return undefined
  let fingerprint: string | undefined
  return {
    key,
    method: endpoint.method,
    path: request.path,
    // Asked for once the body has passed through the hash, also when it was streamed.
    fingerprint: () => (fingerprint ??= hash.digest('hex')),
    answer: (result) => render(endpoint, route.present(result)),
    refusal: (failure) => problemOf(failure, { instance: request.path, requestId }),
  }
}

/** Of what is sent with an Idempotency-Key. */
function fingerprintStart({ method, path, originalUrl, headers }: Request): Hash | undefined {
  if (method !== 'POST' || headers['idempotency-key'] === undefined) return undefined
  const question = originalUrl.indexOf('?')
  const query = new URLSearchParams(question === -1 ? '' : originalUrl.slice(question))
  query.sort()
  const type = headers['content-type'] ?? ''
  return createHash('sha256').update([method, path, query.toString(), type, ''].join('\n'))
}

const NOTHING = Buffer.alloc(0)

const mayBeLeftOut = ({ body, bodyOptional, consumes }: Endpoint): boolean =>
  consumes !== 'text/csv' && (body === undefined || bodyOptional === true)

/**
 * Takes in the body as far as it is judged before its meaning: media type, then size. CSV stays a stream.
 * @throws Failure unsupported-media-type, body-too-large
 */
async function receive(endpoint: Endpoint, request: Request, hash?: Hash): Promise<Buffer | Readable> {
  const { method, consumes } = endpoint
  if (method === 'GET' || method === 'DELETE') return NOTHING
  if (!hasBody(request) && mayBeLeftOut(endpoint)) return NOTHING
  requireMedia(request, endpoint)
  if (consumes === 'text/csv') return Readable.from(hashed(limited(request, MAX_CSV_BYTES), hash))
  const bytes = await readBody(request, MAX_JSON_BYTES)
  hash?.update(bytes)
  return bytes
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash?: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash?.update(chunk)
    yield chunk
  }
}

/** @throws Failure malformed-json, validation-failed */
function understood(endpoint: Endpoint, received: Buffer | Readable): unknown {
  const { method, body = NO_MEMBERS } = endpoint
  if (method === 'GET' || method === 'DELETE' || !Buffer.isBuffer(received)) return undefined
  const isLeftOut = received.length === 0 && mayBeLeftOut(endpoint)
  return validated('body', body, isLeftOut ? {} : parseJson(received))
}

/** What a handler gets of a request, judged in the contract's order: media, size, input. */
async function inputOf(
  route: Route,
  request: Request,
  { visitor, caller }: Admission,
  requestId: string,
): Promise<HandlerRequest<Endpoint>> {
  const { endpoint } = route
  const hash = fingerprintStart(request)
  const received = await receive(endpoint, request, hash)
  const params =
    endpoint.params === undefined ? {} : validated('path', endpoint.params, { ...request.params })
  const query = validated('query', endpoint.query ?? NO_MEMBERS, { ...request.query })
  const headers = endpoint.headers === undefined ? {} : validated('header', endpoint.headers, request.headers)
  const ifMatch = endpoint.ifMatch === undefined ? undefined : readIfMatch(request.headers['if-match'])
  const once = onceOf(route, request, requestId, hash)
  const body = understood(endpoint, received)
  const call =
    caller === undefined
      ? undefined
      : {
          caller,
          orgId: caller.orgId,
          userId: caller.userId,
          requestId,
          ...(once === undefined ? {} : { once }),
        }
  return {
    call,
    visitor,
    requestId,
    params,
    query,
    headers,
    body,
    stream: Buffer.isBuffer(received) ? undefined : received,
    ifMatch: ifMatch ?? (endpoint.ifMatch === 'required' ? 'missing' : undefined),
    asFile: endpoint.alsoCsv !== undefined && prefersCsv(request),
  }
}

/** Judges and runs one request, in the contract's order: role, media, input, then what the use case finds. */
export async function handle(
  route: Route,
  { request, response, admission, requestId }: Arrival,
): Promise<StoredAnswer> {
  const { endpoint } = route
  admit(endpoint, admission)
  route.doorkeeper?.(request.headers, admission)
  const input = await inputOf(route, request, admission, requestId)
  const csv = input.asFile ? endpoint.alsoCsv : undefined
  try {
    const deadline = deadlineOf(response, answerMs(endpoint))
    const reply = route.present(await withinDeadline(deadline, () => route.run(input)))
    return csv === undefined ? render(endpoint, reply) : await renderCsv(csv, reply)
  } catch (error) {
    if (!(error instanceof Replayed)) throw error
    const { answer } = error
    return { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } }
  }
}

/** Sends an answer, or 304 when the client has this version already, to HEAD as to GET (RFC 9110 §13.1.2). */
export function send(request: Request, response: Response, answer: StoredAnswer): void {
  const etag = answer.headers['ETag']
  if (
    (request.method === 'GET' || request.method === 'HEAD') &&
    answer.status === 200 &&
    alreadyHas(request.headers['if-none-match'], etag)
  ) {
    response.status(304).set('ETag', etag).end()
    return
  }
  response.status(answer.status).set(answer.headers).set('Cache-Control', 'no-store')
  if (answer.body === '') response.end()
  else response.end(answer.body)
}
