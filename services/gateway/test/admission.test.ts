import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { generateSigningKey, issueAccessToken } from '@kitroom/access-token'

import { ask as send, type Asked } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
const OTHER_ORG = '0194bbbb-7c00-7000-8000-00000000000b'
const LIMIT = 150
const MIB = 1024 * 1024

let gateway: RunningGateway
let staff: Member
let student: Member
let exhaustedStaff: Member
let exhaustedStudent: Member

const ask = (asked: Asked) => send(gateway.port, asked)
const arrived = () => gateway.upstreams.seen

beforeAll(async () => {
  gateway = await runningGateway({ rateLimitPerMinute: LIMIT })
  staff = await gateway.member(ORG, 'staff')
  student = await gateway.member(ORG, 'student')
  exhaustedStaff = await gateway.member(ORG, 'staff')
  exhaustedStudent = await gateway.member(ORG, 'student')
  for (const { token } of [exhaustedStaff, exhaustedStudent]) {
    await Promise.all(Array.from({ length: LIMIT }, () => ask({ path: '/tags', token, org: ORG })))
  }
})
beforeEach(() => void (gateway.upstreams.seen.length = 0))
afterAll(() => gateway[Symbol.asyncDispose]())

interface Faulty extends Asked {
  student?: boolean
  exhausted?: boolean
}

/** The contract's order of judgement; each fault added to a request that would otherwise be fine. */
const FAULTS: [code: string, status: number, add: (request: Faulty) => Faulty][] = [
  ['not-found', 404, (request) => ({ ...request, path: '/nothing' })],
  ['method-not-allowed', 405, (request) => ({ ...request, method: 'DELETE' })],
  ['unauthenticated', 401, (request) => ({ ...request, token: 'none' })],
  ['org-header-invalid', 400, (request) => ({ ...request, org: 'ORG' })],
  ['not-a-member', 403, (request) => ({ ...request, org: request.org === ORG ? OTHER_ORG : request.org })],
  ['rate-limited', 429, (request) => ({ ...request, exhausted: true })],
  ['forbidden', 403, (request) => ({ ...request, student: true })],
  [
    'unsupported-media-type',
    415,
    (request) => ({
      ...request,
      headers: { 'content-type': 'text/plain', 'content-length': String(MIB + 1) },
    }),
  ],
  [
    'body-too-large',
    413,
    ({ headers, ...request }) => ({
      ...request,
      headers: { 'content-type': 'application/json', ...headers, 'content-length': String(MIB + 1) },
    }),
  ],
]
const PAIRS = FAULTS.flatMap(([code, status, add], at) =>
  FAULTS.slice(at).map(([other, , addOther]) => ({ code, other, status, add: [add, addOther] })),
)

describe('the order of judgement', () => {
  it.each(PAIRS)('says $code when there is also $other', async ({ code, status, add }) => {
    const fine: Faulty = { method: 'POST', path: '/resources', org: ORG }
    const request = add.reduce((made, fault) => fault(made), fine)
    const who = request.exhausted
      ? request.student
        ? exhaustedStudent
        : exhaustedStaff
      : request.student
        ? student
        : staff
    const answer = await ask({ token: who.token, ...request })
    expect(answer.body).toMatchObject({ code, status, type: `/problems/${code}`, instance: request.path })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(arrived()).toEqual([])
  })
})

describe('the access token', () => {
  it('is asked for by name', async () => {
    const answer = await ask({ path: '/tags', org: ORG })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /)
  })

  it.each([
    ['no scheme', (token: string) => token],
    ['Basic', (token: string) => `Basic ${token}`],
    ['nothing after Bearer', () => 'Bearer '],
    ['two tokens', (token: string) => `Bearer ${token} ${token}`],
    ['a comma', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['a cut signature', (token: string) => `Bearer ${token.slice(0, -4)}`],
    ['two headers', (token: string) => [`Bearer ${token}`, `Bearer ${token}`]],
    ['a good header behind a bad one', (token: string) => ['Bearer x', `Bearer ${token}`]],
  ])('is refused with %s', async (_, authorization) => {
    const headers = { authorization: authorization(staff.token) }
    const answer = await ask({ path: '/tags', org: ORG, headers })
    expect(answer.body).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  it('is not taken from the query', async () => {
    const answer = await ask({ path: `/tags?access_token=${staff.token}`, org: ORG })
    expect(answer.status).toBe(401)
  })

  it.each([
    ['another audience', { audience: 'other' }],
    ['another issuer', { issuer: 'https://evil.test' }],
    ['an end in the past', { now: new Date(Date.now() - 3_600_000) }],
  ])('is refused with %s', async (_, changed) => {
    const token = await issueAccessToken(gateway.tokenKey, {
      issuer: 'https://auth.test',
      audience: 'kitroom',
      userId: staff.userId,
      sessionId: staff.sessionId,
      tokenId: randomUUID(),
      ...changed,
    })
    expect((await ask({ path: '/tags', token, org: ORG })).status).toBe(401)
  })

  it('is refused when somebody else signed it', async () => {
    const token = await issueAccessToken(await generateSigningKey('tokens'), {
      issuer: 'https://auth.test',
      audience: 'kitroom',
      userId: staff.userId,
      sessionId: staff.sessionId,
      tokenId: randomUUID(),
    })
    expect((await ask({ path: '/tags', token, org: ORG })).status).toBe(401)
  })

  it('is refused once its session has ended, before anything is said of the organisation', async () => {
    const gone = await gateway.member(ORG, 'admin')
    gateway.sessions.delete(gone.sessionId)
    for (const org of [ORG, OTHER_ORG, 'x', undefined]) {
      expect((await ask({ path: '/tags', token: gone.token, org })).body.code).toBe('unauthenticated')
    }
    expect((await ask({ path: '/auth/me', token: gone.token })).status).toBe(401)
  })
})

describe('X-Org-Id', () => {
  it('is the same in upper case', async () => {
    const { status } = await ask({ path: '/tags', token: staff.token, org: ORG.toUpperCase() })
    expect(status).toBe(200)
    expect(arrived()[0]?.statement?.member).toEqual({ orgId: ORG, roles: ['staff'] })
  })

  it.each([
    ['braces', `{${ORG}}`],
    ['no dashes', ORG.replaceAll('-', '')],
    ['two ids', `${ORG}, ${ORG}`],
    ['a space inside', ORG.replace('-', ' ')],
    ['only zeros', '00000000-0000-0000-0000-000000000000'],
    ['nothing', ''],
  ])('is refused with %s', async (_, org) => {
    const answer = await ask({ path: '/tags', token: staff.token, org })
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'org-header-invalid',
      errors: [{ header: 'X-Org-Id' }],
    })
  })

  it('is refused when it is missing, or comes twice', async () => {
    for (const headers of [{}, { 'x-org-id': [ORG, ORG] }, { x_org_id: ORG }]) {
      const answer = await ask({ path: '/tags', token: staff.token, headers })
      expect(answer.body.code).toBe('org-header-invalid')
    }
  })

  it('is not needed for who I am', async () => {
    expect((await ask({ path: '/auth/me', token: staff.token })).status).toBe(200)
    expect(arrived()[0]?.statement).toEqual({
      issuer: 'gateway',
      address: '127.0.0.1',
      session: { userId: staff.userId, sessionId: staff.sessionId },
    })
  })

  it('tells nothing apart: an unknown organisation and a foreign one are answered the same', async () => {
    gateway.roles.set(`${randomUUID()} ${OTHER_ORG}`, ['admin'])
    const [foreign, unknown] = await Promise.all([
      ask({ path: '/tags', token: staff.token, org: OTHER_ORG }),
      ask({ path: '/tags', token: staff.token, org: randomUUID() }),
    ])
    const { request_id: _one, ...said } = foreign.body
    const { request_id: _two, ...saidToo } = unknown.body
    expect(said).toEqual(saidToo)
    expect(said).toMatchObject({ status: 403, code: 'not-a-member' })
  })
})

describe('the statement to the services', () => {
  it('says who calls, for the service of the route', async () => {
    await ask({ method: 'POST', path: '/bookings', token: student.token, org: ORG, body: '{}' })
    expect(arrived()[0]).toMatchObject({
      service: 'booking',
      statement: {
        issuer: 'gateway',
        address: '127.0.0.1',
        session: { userId: student.userId, sessionId: student.sessionId },
        member: { orgId: ORG, roles: ['student'] },
      },
    })
  })

  it('says only the address on public routes, whatever credentials come along', async () => {
    const answer = await ask({ method: 'POST', path: '/auth/login', token: 'stale', org: 'x', body: '{}' })
    expect(answer.status).toBe(200)
    expect(arrived()[0]).toMatchObject({
      service: 'auth',
      statement: { issuer: 'gateway', address: '127.0.0.1' },
    })
    expect(arrived()[0]?.statement).not.toHaveProperty('session')
  })
})

describe('registration', () => {
  const register = (asked: Partial<Asked>) =>
    ask({ method: 'POST', path: '/auth/register', body: '{}', ...asked })

  it('needs nobody with a bootstrap token, which auth judges', async () => {
    expect((await register({ headers: { 'x-bootstrap-token': 'guess' } })).status).toBe(200)
    expect(arrived()[0]?.headers['x-bootstrap-token']).toBe('guess')
    expect(arrived()[0]?.statement).not.toHaveProperty('session')
  })

  it('needs an admin of the organisation without one', async () => {
    const admin = await gateway.member(ORG, 'admin')
    expect((await register({})).body.code).toBe('unauthenticated')
    expect((await register({ token: 'none', org: ORG })).body.code).toBe('unauthenticated')
    expect((await register({ token: admin.token })).body.code).toBe('org-header-invalid')
    expect((await register({ token: admin.token, org: OTHER_ORG })).body.code).toBe('not-a-member')
    expect((await register({ token: staff.token, org: ORG })).body.code).toBe('forbidden')
    expect(arrived()).toEqual([])
    expect((await register({ token: admin.token, org: ORG })).status).toBe(200)
    expect(arrived()[0]?.statement?.member).toEqual({ orgId: ORG, roles: ['admin'] })
  })
})

describe('the log', () => {
  it('has one line for a request, with who and what, and neither token nor query', async () => {
    const path = '/users?q=Ada%20Lovelace'
    const { headers } = await ask({ path, token: staff.token, org: ORG })
    const lines = gateway.lines.filter(({ request_id }) => request_id === headers['x-request-id'])
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'request',
        method: 'GET',
        endpoint: 'listUsers',
        status: 200,
        ms: expect.any(Number),
        user_id: staff.userId,
        org_id: ORG,
      }),
    ])
    const everything = JSON.stringify(gateway.lines)
    expect(everything).not.toContain('Lovelace')
    expect(everything).not.toContain(staff.token)
  })
})
