import { describe, expect, it } from '@jest/globals'
import { Problem } from '@kitroom/contracts'
import { Failure, type FailureCode, FAILURES, invalid, notFound } from '@kitroom/errors'

import { failureOf, internalProblem, problemOf } from './problem.ts'

const context = { instance: '/bookings/7', requestId: 'request-1' }

/** Section 2 of the contract. */
const STATUSES: Record<FailureCode, number> = {
  'malformed-json': 400,
  'validation-failed': 400,
  'org-header-invalid': 400,
  'idempotency-key-missing': 400,
  unauthenticated: 401,
  'invalid-credentials': 401,
  'not-a-member': 403,
  forbidden: 403,
  'borrower-blocked': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'unit-unavailable': 409,
  'policy-violated': 409,
  'resource-available': 409,
  'invalid-transition': 409,
  'already-exists': 409,
  'offer-expired': 409,
  'idempotency-in-flight': 409,
  'resource-withdrawn': 409,
  'version-mismatch': 412,
  'if-match-required': 428,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  'dependency-unavailable': 503,
}

describe('a refusal', () => {
  it.each(Object.entries(STATUSES) as [FailureCode, number][])('of code %s is a %d', (code, status) => {
    const answer = problemOf(new Failure(code, 'Because.'), context)
    expect(answer.status).toBe(status)
    expect(answer.headers['Content-Type']).toBe('application/problem+json; charset=utf-8')
    expect(Problem.parse(JSON.parse(answer.body))).toEqual({
      type: `/problems/${code}`,
      title: FAILURES[code].title,
      status,
      detail: 'Because.',
      instance: '/bookings/7',
      code,
      request_id: 'request-1',
    })
    expect('WWW-Authenticate' in answer.headers).toBe(status === 401)
    expect('Retry-After' in answer.headers).toBe(status === 429 || status === 503)
  })

  it('says when to come back', () => {
    const failure = new Failure('idempotency-in-flight', 'Later.', { retryAfterSeconds: 3 })
    expect(problemOf(failure, context).headers['Retry-After']).toBe('3')
  })

  it('keeps its own members, whatever the facts are called', () => {
    const facts = { status: 'CANCELLED', code: 'x', type: 'x', request_id: 'x', since: 'yesterday' }
    const { body } = problemOf(new Failure('invalid-transition', 'No.', { facts }), context)
    expect(JSON.parse(body)).toMatchObject({
      status: 409,
      code: 'invalid-transition',
      type: '/problems/invalid-transition',
      request_id: 'request-1',
      since: 'yesterday',
    })
  })

  it('names its places and adds its facts, but not its cause', () => {
    const failure = new Failure('unit-unavailable', 'Taken.', {
      errors: [{ pointer: '/items/0', detail: 'Taken.' }],
      facts: { conflicts: [] },
      cause: new Error('select * from booking.occupancy'),
    })
    const { body } = problemOf(failure, context)
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ pointer: '/items/0', detail: 'Taken.' }],
      conflicts: [],
    })
    expect(body).not.toContain('select')
  })
})

describe('a bug', () => {
  it('shows nothing of the inside', () => {
    const { status, body } = internalProblem(context)
    expect(status).toBe(500)
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ code: 'internal', request_id: 'request-1' })
  })

  it('is what nobody foresaw; what Express and readers say of the client is no bug', () => {
    const failure = notFound('unit')
    expect(failureOf(failure)).toBe(failure)
    expect(failureOf(invalid([]))?.code).toBe('validation-failed')
    expect(failureOf(Object.assign(new URIError('x'), { status: 400 }))?.code).toBe('validation-failed')
    expect(failureOf(Object.assign(new Error('x'), { status: 413 }))?.code).toBe('body-too-large')
    expect(failureOf(Object.assign(new Error('x'), { status: 415 }))?.code).toBe('unsupported-media-type')
    for (const bug of [new Error('x'), new TypeError('x'), { status: 500 }, 'text', null, undefined]) {
      expect(failureOf(bug)).toBeUndefined()
    }
  })
})
