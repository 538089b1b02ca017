import type { IncomingMessage, ServerResponse } from 'node:http'

import type { StoredAnswer } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import {
  countRefusal,
  failureOf,
  internalProblem,
  type Logger,
  MAX_CSV_BYTES,
  passOver,
  problemOf,
} from '@kitroom/http'

import { pathOf } from './framing.ts'
import { ProtocolError } from './protocol-error.ts'
import { putHeaders, type Visit } from './visit.ts'

interface Context {
  instance: string
  requestId: string
}

/** The problem document for a request that breaks HTTP: its own status, and the code clients know for bad input. */
export function protocolProblem({ status, message }: ProtocolError, context: Context): StoredAnswer {
  const { headers, body } = problemOf(new Failure('validation-failed', message), context)
  const problem = JSON.parse(body) as object
  return { status, headers, body: JSON.stringify({ ...problem, title: 'The request breaks HTTP', status }) }
}

/** True when the rest of an unread body is not worth reading, or may never come. */
function mustClose(request: IncomingMessage): boolean {
  if (request.complete) return false
  const length = request.headers['content-length']
  return length === undefined || Number(length) > MAX_CSV_BYTES || request.headers.expect !== undefined
}

/** A client that is still sending has this long to hear its answer. */
const LINGER_MS = 10_000

/**
 * Sends an answer whole, and closes the connection when the client has stopped sending or had time to hear it. Closed
 * at once, what is unread would make the system reset the connection and the answer be lost (RFC 9112 §9.6).
 */
function answerAndClose(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('Connection', 'close')
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.write(body)
  void passOver(request, LINGER_MS).then(() => response.end())
}

/**
 * Every refusal and every bug leaves as a problem document. A body that was not read is drained by Node, so that a client in
 * the middle of sending it still hears the answer; one of unknown or excessive length is cut.
 */
export const answerProblem =
  (logger: Logger) =>
  (visit: Visit, error: unknown): void => {
    const { request, response, requestId, facts } = visit
    const instance = pathOf(request.url ?? '').slice(0, 500)
    const { status, headers, body } = answerFor(error, { instance, requestId }, logger)
    if (error instanceof Failure) facts.refused = reasonOf(error)
    if (response.headersSent) {
      response.destroy()
      return
    }
    response.statusCode = status
    putHeaders(visit)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (error instanceof ProtocolError) response.setHeader('Connection', 'close').end(body)
    else if (mustClose(request)) answerAndClose(request, response, body)
    else response.end(body)
  }

/** Of a token that was no good also what was wrong with it, which its bearer is not told. */
function reasonOf({ code, cause }: Failure): string {
  const inside = (cause as { code?: unknown } | undefined)?.code
  return code === 'unauthenticated' && typeof inside === 'string' ? `${code}: ${inside}` : code
}

function answerFor(error: unknown, context: Context, logger: Logger): StoredAnswer {
  if (error instanceof ProtocolError) return protocolProblem(error, context)
  const failure = failureOf(error)
  if (failure === undefined) {
    logger.error({ err: error, request_id: context.requestId }, 'a request met a bug')
    return internalProblem(context)
  }
  countRefusal(failure)
  if (failure.cause !== undefined && failure.kind === 'unavailable') {
    logger.warn({ err: failure.cause, request_id: context.requestId }, 'a dependency did not answer')
  }
  return problemOf(failure, context)
}
