import { randomUUID } from 'node:crypto'

import {
  type handleUnaryCall,
  type Metadata,
  type ServerUnaryCall,
  status,
  type StatusObject,
} from '@grpc/grpc-js'
import { STATEMENT_METADATA, type StatementVerifier, type VerifiedStatement } from '@kitroom/access-token'
import { givenUp, withinDeadline } from '@kitroom/deadline'
import { Failure, invalid } from '@kitroom/errors'
import { concerning, working } from '@kitroom/observability'

import { measureServed } from './call-durations.ts'
import { statusOf } from './failure-status.ts'
import type { Log } from './log.ts'
import { organizationOf } from './organization-of.ts'

/** What a handler knows of a call besides the request. */
export interface RpcCall {
  /** Which service asks, and on whose behalf. */
  statement: VerifiedStatement
  /** By `performance.now()`; to be passed on to whatever the handler calls in turn (DOS-9). */
  deadline: number
  /** Aborted when the caller has gone or its time is up. */
  signal: AbortSignal
  requestId: string
}

export const REQUEST_ID_METADATA = 'x-request-id'

/** In the place of a request that is no protobuf. */
export const UNREADABLE: object = Object.freeze({})

/** For callers that set no deadline. */
const LONGEST_CALL_MS = 10_000

/**
 * Makes a handler of grpc-js from an async function: checks the statement, and turns what is thrown into a status.
 * Whatever is not a Failure is a bug: logged, and told to nobody.
 * @param path of the method, `/package.Service/Method`
 */
export function unaryMethod(
  path: string,
  handle: (request: object, call: RpcCall) => Promise<object>,
  statements: StatementVerifier,
  logger: Log,
): handleUnaryCall<object, object> {
  return (call, callback) => {
    const requestId = requestIdOf(call.metadata)
    const measured = measureServed(path)
    const answering = working({ requestId }, () => {
      const orgId = organizationOf(call.request)
      if (orgId !== undefined) concerning(orgId)
      return answer(call, requestId, handle, statements)
    })
    answering.then(
      (response) => {
        measured(status.OK)
        callback(null, response)
      },
      (error: unknown) => {
        const refusal = statusOfError(error, path, requestId, logger)
        measured(refusal.code ?? status.UNKNOWN)
        callback(refusal)
      },
    )
  }
}

async function answer(
  call: ServerUnaryCall<object, object>,
  requestId: string,
  handle: (request: object, call: RpcCall) => Promise<object>,
  statements: StatementVerifier,
): Promise<object> {
  const statement = await statementOf(call.metadata, statements)
  if (call.request === UNREADABLE) throw invalid([{ detail: 'The message could not be read.' }])
  requireOwnOrganization(call.request, statement)
  const gone = new AbortController()
  call.on('cancelled', () => gone.abort(givenUp()))
  const { signal } = gone
  const deadline = performance.now() + msLeft(call)
  return withinDeadline({ at: deadline, signal }, () =>
    handle(call.request, { statement, deadline, signal, requestId }),
  )
}

/**
 * A service that speaks for a member asks about the member's organisation only; one that speaks for itself names it.
 * @throws Failure forbidden
 */
function requireOwnOrganization(request: object, { member }: VerifiedStatement): void {
  if (member === undefined || !('org_id' in request)) return
  if (String(request.org_id).toLowerCase() === member.orgId) return
  throw new Failure('forbidden', 'The statement is of a member of another organisation.')
}

class BadStatement extends Error {}

async function statementOf(metadata: Metadata, statements: StatementVerifier): Promise<VerifiedStatement> {
  const [token, ...more] = metadata.get(STATEMENT_METADATA)
  if (typeof token !== 'string' || more.length > 0) throw new BadStatement('no statement')
  try {
    return await statements.verify(token)
  } catch (error) {
    throw new BadStatement('bad statement', { cause: error })
  }
}

function msLeft(call: ServerUnaryCall<object, object>): number {
  const asked = call.getDeadline()
  return Math.min((asked instanceof Date ? asked.getTime() : asked) - Date.now(), LONGEST_CALL_MS)
}

function requestIdOf(metadata: Metadata): string {
  const [id] = metadata.get(REQUEST_ID_METADATA)
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) ? id : randomUUID()
}

function statusOfError(
  error: unknown,
  method: string,
  requestId: string,
  logger: Log,
): Partial<StatusObject> {
  if (error instanceof Failure) return statusOf(error)
  if (error instanceof BadStatement) {
    logger.warn({ err: error, method, request_id: requestId }, 'a call without a valid statement')
    // Without the trailer: the fault is between two services, and no user should hear that his token is bad.
    return { code: status.UNAUTHENTICATED, details: 'A valid statement of a service is required.' }
  }
  logger.error({ err: error, method, request_id: requestId }, 'a call failed')
  return { code: status.INTERNAL, details: 'An internal error occurred.' }
}
