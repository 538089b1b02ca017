import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it, jest } from '@jest/globals'

import {
  accessTokenVerifier,
  generateSigningKey,
  issueAccessToken,
  type PublicJwk,
  publicPart,
} from '../src/index.ts'

const grant = {
  issuer: 'auth',
  audience: 'kitroom',
  userId: 'user-1',
  sessionId: 'session-1',
  tokenId: 'token-1',
}
const servers: Server[] = []

afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all(servers.splice(0).map(stop))
})

const rightNow = Date.now
const setClock = (hours: number) =>
  jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + hours * 3_600_000)

const stop = (server: Server) => {
  server.closeAllConnections()
  return new Promise<void>((resolve) => server.close(() => resolve()))
}

async function publisher(keys: PublicJwk[], port = 0) {
  let fetches = 0
  const credentials: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    fetches += 1
    credentials.push(headers['x-credential']?.toString())
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    fetches: () => fetches,
    credentials,
    stop: () => stop(server),
  }
}

const verifierAt = (jwksUrl: string, cooldownSeconds = 30) =>
  accessTokenVerifier({ jwksUrl, cooldownSeconds, issuer: 'auth', audience: 'kitroom' })

describe('keys published at a URL', () => {
  it('are fetched once for many tokens', async () => {
    const key = await generateSigningKey('one')
    const { url, fetches } = await publisher([publicPart(key)])
    const { verify } = verifierAt(url)
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, n) => issueAccessToken(key, { ...grant, tokenId: String(n) })),
    )
    await Promise.all(tokens.map((token) => verify(token)))
    expect(fetches()).toBe(1)
  })

  it('are not fetched again for every unknown kid', async () => {
    const key = await generateSigningKey('one')
    const { url, fetches } = await publisher([publicPart(key)])
    const { verify } = verifierAt(url)
    await verify(await issueAccessToken(key, grant))
    for (let n = 0; n < 200; n += 1) {
      const strange = await issueAccessToken({ ...key, kid: `unknown-${n}` }, grant)
      await expect(verify(strange)).rejects.toMatchObject({ code: 'unauthenticated' })
    }
    expect(fetches()).toBe(1)
  })

  it('are asked for with a credential made for each fetch', async () => {
    const key = await generateSigningKey('one')
    const { url, credentials } = await publisher([publicPart(key)])
    let made = 0
    const headers = async () => ({ 'x-credential': `credential ${(made += 1)}` })
    const { verify } = accessTokenVerifier({
      jwksUrl: url,
      cooldownSeconds: 0,
      headers,
      issuer: 'auth',
      audience: 'kitroom',
    })
    await verify(await issueAccessToken(key, grant))
    const strange = await issueAccessToken({ ...key, kid: 'unknown' }, grant)
    await expect(verify(strange)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(credentials).toEqual(['credential 1', 'credential 2'])
  })

  it('include a new one after the cooldown, without a refusal', async () => {
    const [old, young] = await Promise.all([generateSigningKey('old'), generateSigningKey('young')])
    const published = [publicPart(old)]
    const { url } = await publisher(published)
    const { verify } = verifierAt(url, 0)
    await verify(await issueAccessToken(old, grant))
    published.push(publicPart(young))
    expect((await verify(await issueAccessToken(young, grant))).sub).toBe('user-1')
  })

  it('include a new one after the cooldown, though the clock was set back meanwhile', async () => {
    const [old, young] = await Promise.all([generateSigningKey('old'), generateSigningKey('young')])
    const published = [publicPart(old)]
    const { url } = await publisher(published)
    const { verify } = verifierAt(url, 0)
    setClock(1)
    await verify(await issueAccessToken(old, grant))
    setClock(0)
    published.push(publicPart(young))
    expect((await verify(await issueAccessToken(young, grant))).sub).toBe('user-1')
  })

  it('are asked for again a second after they could not be had, though the clock was set back meanwhile', async () => {
    const key = await generateSigningKey('one')
    const { url, stop: leave } = await publisher([publicPart(key)])
    await leave()
    const { verify } = verifierAt(url)
    const token = await issueAccessToken(key, grant)
    setClock(1)
    await expect(verify(token)).rejects.toMatchObject({ code: 'dependency-unavailable' })
    setClock(0)
    await publisher([publicPart(key)], Number(new URL(url).port))
    const began = performance.now()
    let claims
    while (claims === undefined && performance.now() - began < 5_000)
      claims = await verify(token).catch(() => sleep(50))
    expect(claims).toMatchObject({ sub: 'user-1' })
  })

  it('go on serving when the publisher is gone', async () => {
    const key = await generateSigningKey('one')
    const { url, stop: leave } = await publisher([publicPart(key)])
    const { verify } = verifierAt(url, 0)
    await verify(await issueAccessToken(key, grant))
    await leave()
    const strange = await issueAccessToken({ ...key, kid: 'unknown' }, grant)
    await expect(verify(strange)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await verify(await issueAccessToken(key, { ...grant, tokenId: 'token-2' }))).jti).toBe('token-2')
  })

  it('that never could be fetched are an outage, not a bad token', async () => {
    const { url, stop: leave } = await publisher([])
    await leave()
    const token = await issueAccessToken(await generateSigningKey('one'), grant)
    await expect(verifierAt(url).verify(token)).rejects.toMatchObject({
      code: 'dependency-unavailable',
      retryAfterSeconds: 1,
    })
  })
})
