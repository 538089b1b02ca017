import { beforeAll, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'
import { generateKeyPair, SignJWT } from 'jose'

import {
  type AccessTokenVerifier,
  accessTokenVerifier,
  generateSigningKey,
  issueAccessToken,
  publicPart,
} from '../src/index.ts'
import { encode, publicKeyBytes, respelled, signed, signedWithPublicKey } from './forging.ts'

const issuer = 'https://kitroom.example.edu'
const audience = 'kitroom'
const now = new Date('2026-03-01T09:00:00.000Z')
const iat = now.getTime() / 1_000
const grant = { issuer, audience, userId: 'user-1', sessionId: 'session-1', tokenId: 'token-1', now }
const claims = {
  sid: 'session-1',
  iss: issuer,
  aud: audience,
  sub: 'user-1',
  jti: 'token-1',
  iat,
  exp: iat + 600,
}

const key = await generateSigningKey('2026-03')
const strangers = await generateSigningKey('2026-03')
const header = { typ: 'at+jwt', kid: key.kid }
const without = (claim: keyof typeof claims) =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim))
const unsigned = (alg: string, signature = '') =>
  `${encode({ alg, ...header })}.${encode(claims)}.${signature}`

let verifier: AccessTokenVerifier
beforeAll(() => {
  verifier = accessTokenVerifier({ jwks: { keys: [publicPart(key)] }, issuer, audience, now: () => now })
})

describe('a valid access token', () => {
  it('tells user, session and id', async () => {
    const token = await issueAccessToken(key, grant)
    expect(await verifier.verify(token)).toEqual({
      sub: 'user-1',
      sid: 'session-1',
      jti: 'token-1',
      iat,
      exp: iat + 600,
    })
  })

  it('lives ten minutes even if more is asked for', async () => {
    const { exp } = await verifier.verify(await issueAccessToken(key, { ...grant, lifetimeSeconds: 86_400 }))
    expect(exp - iat).toBe(600)
  })

  it('is forgiven ten seconds of skew and no more, also when it was verified before', async () => {
    let time = now
    const { verify } = accessTokenVerifier({
      jwks: { keys: [publicPart(key)] },
      issuer,
      audience,
      now: () => time,
    })
    const token = await issueAccessToken(key, { ...grant, lifetimeSeconds: 60 })
    time = new Date(now.getTime() - 9_000)
    expect((await verify(token)).sub).toBe('user-1')
    time = new Date(now.getTime() + 69_000)
    expect((await verify(token)).sub).toBe('user-1')
    time = new Date(now.getTime() + 70_000)
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

const rsa = await generateKeyPair('RS256')
const elliptic = await generateKeyPair('ES256')
const good = await issueAccessToken(key, grant)
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.')
const pem = `-----BEGIN PUBLIC KEY-----\n${publicPart(key).x}\n-----END PUBLIC KEY-----\n`

const forged: Record<string, string | Promise<string>> = {
  'nothing at all': '',
  'an opaque string like a refresh token': encode('kr_0123456789abcdef0123456789abcdef'),
  'two parts': `${goodHeader}.${goodPayload}`,
  'five parts, as if encrypted': `${good}.${goodPayload}.${goodSignature}`,
  'spaces around it': ` ${good} `,
  'alg none': unsigned('none'),
  'alg None with a signature': unsigned('None', goodSignature),
  'alg nOnE': unsigned('nOnE'),
  'alg NONE': unsigned('NONE', encode('x')),
  'an empty alg': unsigned('', goodSignature),
  'no alg': `${encode(header)}.${goodPayload}.${goodSignature}`,
  'HS256 with the bytes of the public key': signedWithPublicKey(header, claims, publicKeyBytes(key)),
  'HS256 with the text of the public key': signedWithPublicKey(header, claims, publicPart(key).x),
  'HS256 with the JWK as text': signedWithPublicKey(header, claims, JSON.stringify(publicPart(key))),
  'HS256 with the PEM': signedWithPublicKey(header, claims, pem),
  'RS256 with a key of its own': new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(rsa.privateKey),
  'ES256 with a key of its own': new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', ...header })
    .sign(elliptic.privateKey),
  "a stranger's key under our kid": signed(strangers, header, claims),
  'an unknown kid': signed(strangers, { ...header, kid: 'unknown' }, claims),
  'no kid': signed(key, { typ: 'at+jwt' }, claims),
  'a kid that is a number': signed(key, { typ: 'at+jwt', kid: 7 }, claims),
  'a kid that is a path': signed(strangers, { ...header, kid: '../../dev/null' }, claims),
  'no typ': signed(key, { kid: key.kid }, claims),
  'typ JWT': signed(key, { ...header, typ: 'JWT' }, claims),
  'typ statement+jwt': signed(key, { ...header, typ: 'statement+jwt' }, claims),
  'a critical extension': signed(key, { ...header, crit: ['urgent'], urgent: true }, claims),
  'an unencoded payload (b64 false)': `${encode({ alg: 'EdDSA', ...header, crit: ['b64'], b64: false })}.${goodPayload}.${goodSignature}`,
  'jku to keys elsewhere': signed(strangers, { ...header, jku: 'https://evil.example/jwks' }, claims),
  'x5u to a certificate elsewhere': signed(
    strangers,
    { ...header, x5u: 'https://evil.example/cert' },
    claims,
  ),
  'an embedded jwk': signed(strangers, { ...header, jwk: publicPart(strangers) }, claims),
  'an embedded certificate': signed(strangers, { ...header, x5c: ['MIIB'] }, claims),
  'jku although our key signed it': signed(key, { ...header, jku: 'https://evil.example/jwks' }, claims),
  'another issuer': signed(key, header, { ...claims, iss: 'https://evil.example' }),
  'another audience': signed(key, header, { ...claims, aud: 'booking' }),
  'our audience among others': signed(key, header, { ...claims, aud: [audience, 'booking'] }),
  'an expired token': signed(key, header, { ...claims, iat: iat - 611, exp: iat - 11 }),
  'a token from the future': signed(key, header, { ...claims, iat: iat + 11, exp: iat + 311 }),
  'a token not valid yet': signed(key, header, { ...claims, nbf: iat + 60 }),
  'a life of a year': signed(key, header, { ...claims, exp: iat + 31_536_000 }),
  'an end before its beginning': signed(key, header, { ...claims, exp: iat - 5 }),
  'exp as text': signed(key, header, { ...claims, exp: String(iat + 600) }),
  'sub as a number': signed(key, header, { ...claims, sub: 1 }),
  'an empty sub': signed(key, header, { ...claims, sub: '' }),
  'sid as an object': signed(key, header, { ...claims, sid: { id: 'session-1' } }),
  'a claim of 8 kB': signed(key, header, { ...claims, padding: 'x'.repeat(8_192) }),
  'a sub of 3 kB': signed(key, header, { ...claims, sub: 'x'.repeat(2_000) }),
  'a claim twice': signed(key, header, JSON.stringify(claims).replace('{', '{"sub":"admin",')),
  'a payload with spaces': signed(key, header, JSON.stringify(claims, null, 1)),
  'a payload that is a list': signed(key, header, '[]'),
  'a payload that is no JSON': signed(key, header, 'sub=user-1'),
  'a changed payload': `${goodHeader}.${encode({ ...claims, sub: 'admin' })}.${goodSignature}`,
  'a header with a member twice': `${encode(`{"alg":"none",${JSON.stringify({ alg: 'EdDSA', ...header }).slice(1)}`)}.${goodPayload}.${goodSignature}`,
  'no signature': `${goodHeader}.${goodPayload}.`,
  'a signature of zeros': `${goodHeader}.${goodPayload}.${Buffer.alloc(64).toString('base64url')}`,
  'another spelling of the same signature': respelled(good),
  'standard base64': good.replace(goodSignature, Buffer.from(goodSignature, 'base64url').toString('base64')),
  ...Object.fromEntries(
    (['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'sid'] as const).map((claim) => [
      `no ${claim}`,
      signed(key, header, without(claim)),
    ]),
  ),
}

describe('a forged access token is refused', () => {
  it('while the one they are made from is not', async () => {
    expect((await verifier.verify(await signed(key, header, claims))).sub).toBe('user-1')
  })

  it.each(Object.entries(forged))('with %s', async (_name, token) => {
    const refusal: unknown = await verifier.verify(await token).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Failure)
    expect(refusal).toMatchObject({ code: 'unauthenticated' })
  })
})
