import { beforeEach, describe, expect, it } from '@jest/globals'

import {
  generateSigningKey,
  issueAccessToken,
  publicPart,
  type Statement,
  statementSigner,
  type StatementVerifier,
  statementVerifier,
} from '../src/index.ts'
import { signed } from './forging.ts'

const [gateway, booking] = await Promise.all([
  generateSigningKey('gateway:1'),
  generateSigningKey('booking:1'),
])
const publicJwks = { keys: [publicPart(gateway), publicPart(booking)] }
const start = new Date('2026-03-01T09:00:00.000Z')
const iat = start.getTime() / 1_000

let time = start
const now = () => time
const later = (seconds: number) => (time = new Date(start.getTime() + seconds * 1_000))
let verifier: StatementVerifier

beforeEach(() => {
  time = start
  verifier = statementVerifier({ audience: 'booking', publicJwks, issuers: ['gateway'], now })
})

const full: Statement = {
  address: '192.0.2.7',
  session: { userId: 'user-1', sessionId: 'session-1' },
  member: { orgId: 'org-1', roles: ['student', 'staff'] },
}
const signer = () => statementSigner({ service: 'gateway', privateJwk: gateway, now })

describe('a statement', () => {
  it.each<[string, Statement]>([
    ['everything', full],
    ['only an address', { address: '2001:db8::1' }],
    ['nothing but who speaks', {}],
  ])('says %s', async (_name, statement) => {
    const token = await signer().sign('booking', statement)
    expect(await verifier.verify(token)).toEqual({ issuer: 'gateway', ...statement })
  })

  it('is worth nothing after 30 seconds and the leeway of clocks, also when it was verified before', async () => {
    const token = await signer().sign('booking', full)
    await verifier.verify(token)
    later(34)
    expect((await verifier.verify(token)).issuer).toBe('gateway')
    later(35)
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it.each([
    ['ahead', 3_600],
    ['back', -3_600],
  ])(
    'fails closed when the clock is set %s by an hour, also when it was verified before',
    async (_, skew) => {
      const [heard, unheard] = [
        await signer().sign('booking', full),
        await signer().sign('booking', { ...full, address: '192.0.2.8' }),
      ]
      await verifier.verify(heard)
      later(skew)
      for (const token of [heard, unheard])
        await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
    },
  )
})

describe('the signer', () => {
  it('gives the same string for an equal statement while ten seconds of its life remain', async () => {
    const { sign } = signer()
    const first = await sign('booking', full)
    later(19.9)
    const { session, address } = full
    expect(
      await sign('booking', {
        member: { orgId: 'org-1', roles: ['staff', 'student'] },
        session,
        address,
      } as Statement),
    ).toBe(first)
    later(20)
    expect(await sign('booking', full)).not.toBe(first)
  })

  it('signs anew when the clock is set back, what it signed before being of a time to come', async () => {
    const { sign } = signer()
    later(3_600)
    await sign('booking', full)
    later(0)
    const token = await sign('booking', full)
    expect((await verifier.verify(token)).issuer).toBe('gateway')
  })

  it('gives another string for another audience, role, session or address', async () => {
    const { sign } = signer()
    const strings = await Promise.all([
      sign('booking', full),
      sign('audit', full),
      sign('booking', { ...full, member: { orgId: 'org-1', roles: ['student'] } }),
      sign('booking', { ...full, member: { orgId: 'org-2', roles: ['student', 'staff'] } }),
      sign('booking', { ...full, session: { userId: 'user-1', sessionId: 'session-2' } }),
      sign('booking', { ...full, address: '192.0.2.8' }),
    ])
    expect(new Set(strings).size).toBe(strings.length)
  })

  it("refuses another service's key", () => {
    expect(() => statementSigner({ service: 'gateway', privateJwk: booking })).toThrow('another')
  })
})

const header = { typ: 'statement+jwt', kid: gateway.kid }
const payload = { ...full, iss: 'gateway', aud: 'booking', iat, exp: iat + 30 }
const strangers = await generateSigningKey('gateway:1')

const forged: Record<string, Promise<string>> = {
  "an unknown key under the gateway's kid": signed(strangers, header, payload),
  "booking's key speaking as the gateway": signed(booking, { ...header, kid: booking.kid }, payload),
  'an issuer that may not speak here': signed(
    booking,
    { ...header, kid: booking.kid },
    { ...payload, iss: 'booking' },
  ),
  'another audience': signed(gateway, header, { ...payload, aud: 'audit' }),
  'no audience': signed(gateway, header, { ...payload, aud: undefined }),
  'a life of an hour': signed(gateway, header, { ...payload, exp: iat + 3_600 }),
  'an age over 30 seconds': signed(gateway, header, { ...payload, iat: iat - 36, exp: iat - 6 }),
  'no end': signed(gateway, header, { ...payload, exp: undefined }),
  'typ at+jwt': signed(gateway, { ...header, typ: 'at+jwt' }, payload),
  'a role nobody knows': signed(gateway, header, { ...payload, member: { orgId: 'org-1', roles: ['root'] } }),
  'roles that are no list': signed(gateway, header, {
    ...payload,
    member: { orgId: 'org-1', roles: 'admin' },
  }),
  'a member without organisation': signed(gateway, header, { ...payload, member: { roles: ['admin'] } }),
  'a session that is a text': signed(gateway, header, { ...payload, session: 'session-1' }),
  'a session that is null': signed(gateway, header, { ...payload, session: null }),
  'the member twice': signed(gateway, header, JSON.stringify(payload).replace('{', '{"member":{},')),
  'an access token': issueAccessToken(gateway, {
    issuer: 'gateway',
    audience: 'booking',
    userId: 'user-1',
    sessionId: 'session-1',
    tokenId: 'token-1',
    now: start,
    lifetimeSeconds: 30,
  }),
}

describe('a forged statement is refused', () => {
  it('while the one they are made from is not', async () => {
    expect((await verifier.verify(await signed(gateway, header, payload))).member?.orgId).toBe('org-1')
  })

  it.each(Object.entries(forged))('with %s', async (_name, token) => {
    await expect(verifier.verify(await token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
