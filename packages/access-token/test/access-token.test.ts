import { beforeAll, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import {
  type AccessTokenVerifier,
  accessTokenVerifier,
  generateSigningKey,
  issueAccessToken,
  publicPart,
} from '../src/index.ts'
import { forgedTokens } from './forged-tokens.ts'
import { signed } from './forging.ts'

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
const header = { typ: 'at+jwt', kid: key.kid }
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

  it('is refused when the clock is set back by an hour, though it was verified before', async () => {
    let time = now
    const keys = { keys: [publicPart(key)] }
    const { verify } = accessTokenVerifier({ jwks: keys, issuer, audience, now: () => time })
    const token = await issueAccessToken(key, grant)
    await verify(token)
    time = new Date(now.getTime() - 3_600_000)
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

const forged = await forgedTokens(key, claims)

describe('a forged access token is refused', () => {
  it('while the one they are made from is not', async () => {
    expect((await verifier.verify(await signed(key, header, claims))).sub).toBe('user-1')
  })

  it.each(Object.entries(forged))('with %s', async (_name, token) => {
    const refusal: unknown = await verifier.verify(token).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Failure)
    expect(refusal).toMatchObject({ code: 'unauthenticated' })
  })
})
