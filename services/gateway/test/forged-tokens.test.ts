import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateSigningKey, issueAccessToken } from '@kitroom/access-token'
import { scaled } from '@kitroom/testing'

import { forgedTokens } from '../../../packages/access-token/test/forged-tokens.ts'
import { signed } from '../../../packages/access-token/test/forging.ts'
import { ask } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = randomUUID()

let gateway: RunningGateway
let staff: Member
beforeAll(async () => {
  gateway = await runningGateway({ rateLimitPerMinute: 1_000_000 })
  staff = await gateway.member(ORG, 'staff')
})
afterAll(() => gateway[Symbol.asyncDispose]())

const tags = (token: string) => ask(gateway.port, { path: '/tags', token, org: ORG })
const grantOf = ({ userId, sessionId }: Member) => ({
  issuer: 'https://auth.test',
  audience: 'kitroom',
  userId,
  sessionId,
  tokenId: randomUUID(),
})
const claimsOf = ({ userId, sessionId }: Member) => {
  const iat = Math.floor(Date.now() / 1_000)
  return {
    sid: sessionId,
    iss: 'https://auth.test',
    aud: 'kitroom',
    sub: userId,
    jti: randomUUID(),
    iat,
    exp: iat + 600,
  }
}

describe('at the door', () => {
  it('every forged token is a 401 that tells nothing, and none reaches a service', async () => {
    const claims = claimsOf(staff)
    const good = await signed(gateway.tokenKey, { typ: 'at+jwt', kid: gateway.tokenKey.kid }, claims)
    expect((await tags(good)).status).toBe(200)
    gateway.upstreams.seen.length = 0

    const made = Object.entries(await forgedTokens(gateway.tokenKey, claims))
    // Spaces around a token are HTTP's to take away, and it carries no line breaks.
    const forged = made.filter(([, token]) => token.trim() === token && !token.includes('\n'))
    expect(forged.length).toBeGreaterThanOrEqual(60)
    const told = new Set<string>()
    for (const [name, token] of forged) {
      const { status, headers, body } = await tags(token)
      expect({ name, status, code: body.code }).toEqual({ name, status: 401, code: 'unauthenticated' })
      expect(headers['www-authenticate']).toMatch(/^Bearer /)
      told.add(String(body.detail))
    }
    expect(gateway.upstreams.seen).toEqual([])
    // One for what is no token at all, one for all the others.
    expect(told.size).toBe(2)
  })
})

describe('a flood of tokens whose key nobody knows', () => {
  it(
    'makes the gateway look for new keys once, and refuses nobody who has a good one',
    async () => {
      const stranger = await generateSigningKey('nobody')
      const began = performance.now()
      const before = gateway.upstreams.keyFetches()
      const kids = Array.from({ length: scaled(300, 10_000) }, (_, n) => `unknown-${n}`)
      const heard: number[] = []
      const queue = kids.values()
      // The gateway has an end of connections.
      const flood = Array.from({ length: 300 }, async () => {
        for (const kid of queue) {
          heard.push((await tags(await issueAccessToken({ ...stranger, kid }, grantOf(staff)))).status)
        }
      })
      const good = Array.from({ length: 50 }, async () =>
        tags(await issueAccessToken(gateway.tokenKey, grantOf(staff))),
      )
      await Promise.all(flood)
      expect(heard).toHaveLength(kids.length)
      expect(new Set(heard)).toEqual(new Set([401]))
      expect(new Set((await Promise.all(good)).map(({ status }) => status))).toEqual(new Set([200]))
      const cooldowns = Math.ceil((performance.now() - began) / 30_000)
      expect(gateway.upstreams.keyFetches() - before).toBeLessThanOrEqual(cooldowns)
    },
    scaled(120_000, 300_000),
  )

  it('is no reason to refuse known keys when auth is away', async () => {
    await gateway.upstreams.stop('auth')
    const stranger = await generateSigningKey('nobody')
    for (let n = 0; n < 20; n += 1) {
      expect((await tags(await issueAccessToken(stranger, grantOf(staff)))).status).toBe(401)
      expect((await tags(await issueAccessToken(gateway.tokenKey, grantOf(staff)))).status).toBe(200)
    }
    await gateway.upstreams.start('auth')
  })
})
