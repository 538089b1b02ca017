import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { ask, type Asked } from './client.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
const OTHER_ORG = '0194bbbb-7c00-7000-8000-00000000000b'
const LIMIT = 20
const ALLOWED = 'https://lend.example'

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await runningGateway({
    rateLimitPerMinute: LIMIT,
    trustedProxies: 1,
    corsOrigins: [ALLOWED, 'http://localhost:5173'],
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const times = (count: number, asked: Asked) =>
  Promise.all(Array.from({ length: count }, () => ask(gateway.port, asked)))
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted()

describe('the rate limit', () => {
  it('lets through exactly the limit, tells each answer where it stands, and then says when to come back', async () => {
    const { token } = await gateway.member(ORG, 'student')
    const answers = await times(LIMIT + 3, { path: '/tags', token, org: ORG })
    expect(statuses(answers)).toEqual([...Array<number>(LIMIT).fill(200), 429, 429, 429])
    for (const { status, headers } of answers) {
      expect(headers).toMatchObject({ 'ratelimit-limit': String(LIMIT), 'ratelimit-reset': '60' })
      if (status === 429) expect(headers).toMatchObject({ 'retry-after': '60', 'ratelimit-remaining': '0' })
    }
    const remaining = answers.map(({ headers }) => Number(headers['ratelimit-remaining']))
    expect(remaining.toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      0,
      ...Array.from({ length: LIMIT }, (_, n) => n),
    ])
  })

  it('is each user’s own in each organisation', async () => {
    const one = await gateway.member(ORG, 'student')
    const two = await gateway.member(ORG, 'student')
    gateway.roles.set(`${one.userId} ${OTHER_ORG}`, ['student'])
    await times(LIMIT, { path: '/tags', token: one.token, org: ORG })
    const [used, inOther, other] = await Promise.all([
      ask(gateway.port, { path: '/tags', token: one.token, org: ORG }),
      ask(gateway.port, { path: '/tags', token: one.token, org: OTHER_ORG }),
      ask(gateway.port, { path: '/tags', token: two.token, org: ORG }),
    ])
    expect([used.status, inOther.status, other.status]).toEqual([429, 200, 200])
  })

  it('is each network’s own without a token, as our proxy saw it', async () => {
    const from = (address: string) => ({
      path: '/auth/login',
      method: 'POST',
      body: '{}',
      headers: { 'x-forwarded-for': `6.6.6.6, ${address}` },
    })
    await times(LIMIT, from('203.0.113.1'))
    expect(statuses(await times(1, from('203.0.113.1')))).toEqual([429])
    expect(statuses(await times(1, from('203.0.113.2')))).toEqual([200])
    expect(gateway.upstreams.seen.at(-1)?.statement?.address).toBe('203.0.113.2')
  })

  it('never refuses a probe', async () => {
    const answers = await times(LIMIT + 5, {
      path: '/health/live',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })
    expect(new Set(statuses(answers))).toEqual(new Set([200]))
  })
})

describe('pages of other origins', () => {
  it.each([ALLOWED, 'http://localhost:5173'])('may read answers when they are %s', async (origin) => {
    const { headers } = await ask(gateway.port, { path: '/health/live', headers: { origin } })
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers.vary).toMatch(/\bOrigin\b/)
    const exposed = headers['access-control-expose-headers']?.split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Content-Disposition',
        'ETag',
        'Location',
        'Retry-After',
        'RateLimit-Remaining',
        'Idempotent-Replayed',
        'X-Request-Id',
      ]),
    )
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it.each([
    'null',
    'https://evil.example',
    'http://lend.example',
    'https://lend.example:8443',
    'https://lend.example:443',
    'https://lend.example.evil.example',
    'https://evil-lend.example',
    'https://sub.lend.example',
    'https://lend.example/',
    'https://LEND.example',
    'https://lend.example, https://evil.example',
    'lend.example',
    '*',
    'http://localhost',
    'http://localhost:51730',
  ])('may not when they are %s', async (origin) => {
    const { headers } = await ask(gateway.port, { path: '/health/live', headers: { origin } })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers.vary).toMatch(/\bOrigin\b/)
  })

  it('are told before they send, without a token, what they may send', async () => {
    const { status, headers, text } = await ask(gateway.port, {
      method: 'OPTIONS',
      path: '/resources/0194cccc-7c00-7000-8000-00000000000c',
      headers: {
        origin: ALLOWED,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'if-match,x-org-id',
      },
    })
    expect({ status, text }).toEqual({ status: 204, text: '' })
    expect(headers).toMatchObject({
      'access-control-allow-origin': ALLOWED,
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH',
      'access-control-allow-headers':
        'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Org-Id, X-Request-Id',
    })
    expect(gateway.upstreams.seen.every(({ method }) => method !== 'OPTIONS')).toBe(true)
  })

  it('may read refusals too', async () => {
    const { status, headers } = await ask(gateway.port, { path: '/tags', headers: { origin: ALLOWED } })
    expect(status).toBe(401)
    expect(headers['access-control-allow-origin']).toBe(ALLOWED)
  })

  it('learn nothing but the methods when they are not allowed', async () => {
    const { status, headers } = await ask(gateway.port, {
      method: 'OPTIONS',
      path: '/tags',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(status).toBe(204)
    expect(headers.allow).toBe('GET, HEAD, OPTIONS, POST')
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('every answer', () => {
  it.each([
    ...['/health/live', '/tags', '/nothing', '/tags/%', '/tags/x/y', '/openapi.json'],
    ...['/docs', '/docs/assets/docs.js', '/problems/not-found', `/tags?q=${'x'.repeat(8_192)}`],
  ])('of %s is guarded against browsers', async (path) => {
    const { headers } = await ask(gateway.port, { path })
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'strict-transport-security': expect.stringContaining('max-age='),
    })
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('set-cookie')
  })
})
