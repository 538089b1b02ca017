import type { StoredAnswer } from '@kitroom/contracts'
import { Failure, FAILURES } from '@kitroom/errors'

import { STATUS_OF } from './status.ts'

export interface ProblemContext {
  /** The path of the request, without its query. */
  instance: string
  requestId: string
}

/** The answer for a refusal: a problem document of RFC 9457 with its status and headers. */
export function problemOf(failure: Failure, { instance, requestId }: ProblemContext): StoredAnswer {
  const status = STATUS_OF[failure.kind]
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json; charset=utf-8' }
  const retryAfter = failure.retryAfterSeconds ?? (status === 429 || status === 503 ? 1 : undefined)
  if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter)
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="kitroom"'
  const body = JSON.stringify({
    // First, so that no fact can take the place of a member that is always there.
    ...failure.facts,
    type: `/problems/${failure.code}`,
    title: FAILURES[failure.code].title,
    status,
    detail: failure.message,
    instance,
    code: failure.code,
    request_id: requestId,
    ...(failure.errors === undefined ? {} : { errors: failure.errors }),
  })
  return { status, headers, body }
}

/** The answer for a bug: nothing of the inside, only where to find it in the logs. */
export function internalProblem({ instance, requestId }: ProblemContext): StoredAnswer {
  const body = JSON.stringify({
    type: '/problems/internal',
    title: 'Something went wrong on our side',
    status: 500,
    detail: 'The request could not be completed. Quote the request id when you ask for help.',
    instance,
    code: 'internal',
    request_id: requestId,
  })
  return { status: 500, headers: { 'Content-Type': 'application/problem+json; charset=utf-8' }, body }
}

/** The failure for what Express, Node or a body reader threw, when it was the client's doing. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  const status = (error as { status?: unknown } | null)?.status
  if (status === 413) return new Failure('body-too-large', 'The body is larger than this route takes.')
  if (status === 415)
    return new Failure('unsupported-media-type', 'The encoding of the body is not understood.')
  if (status === 400) {
    return new Failure('validation-failed', 'The path or the body could not be decoded.', {
      errors: [{ parameter: 'path', detail: 'Percent-encoding must be valid UTF-8.' }],
    })
  }
  return undefined
}
