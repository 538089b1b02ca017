import { randomBytes } from 'node:crypto'

import { describe, expect, it } from '@jest/globals'
import { generateSigningKey, publicPart, type SigningKey, statementSigner } from '@kitroom/access-token'
import { createLogger } from '@kitroom/service'

import { startAuth } from '../src/service.ts'
import { BOOTSTRAP_TOKEN, newEmail, PASSWORD, type RunningAuth, runningAuth } from './running-auth.ts'

const logger = createLogger({ service: 'auth', level: 'silent' })

/** Another process over the same database: what a restart with other secrets leaves running. */
const beside = (auth: RunningAuth, changed: Partial<RunningAuth['config']>) =>
  startAuth({ ...auth.config, ...changed }, { logger })

/** Asks as a gateway that signs with this key, again and again until it is told to stop. */
function asking(port: number, key: SigningKey) {
  const statements = statementSigner({ service: 'gateway', privateJwk: key })
  const statuses: number[] = []
  const asked = { enough: false }
  const done = (async () => {
    for (let turn = 0; !asked.enough; turn += 1) {
      // Another address each time, so that no signature is used again.
      const address = `192.0.2.${turn % 250}`
      const statement = await statements.sign('auth', { address })
      const answer = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`, {
        headers: { 'x-kitroom-statement': statement },
      })
      await answer.arrayBuffer()
      statuses.push(answer.status)
    }
  })()
  return {
    statuses,
    async stop() {
      asked.enough = true
      await done
      return statuses
    },
  }
}

const askOnce = async (port: number, key: SigningKey) => {
  const once = asking(port, key)
  while (once.statuses.length === 0) await new Promise(setImmediate)
  return (await once.stop())[0]
}

describe('a secret is exchanged without a stop', () => {
  it('the key a service signs its statements with', async () => {
    await using auth = await runningAuth()
    const [first, second] = [auth.identity.privateJwk('gateway'), await generateSigningKey('gateway:2')]
    const both = { keys: [...auth.config.servicePublicKeys.keys, publicPart(second)] }

    // First every service is given the new public key; then the gateway signs with it; then the old one is taken away.
    await using informed = await beside(auth, { servicePublicKeys: both })
    const before = asking(informed.httpPort, first)
    const after = asking(informed.httpPort, second)
    while (before.statuses.length < 50 || after.statuses.length < 50) await new Promise(setImmediate)
    expect(new Set([...(await before.stop()), ...(await after.stop())])).toEqual(new Set([200]))

    const keys = both.keys.filter(({ kid }) => kid !== first.kid)
    await using done = await beside(auth, { servicePublicKeys: { keys } })
    expect(await askOnce(done.httpPort, second)).toBe(200)
    expect(await askOnce(done.httpPort, first)).toBe(401)
  })

  it('the bootstrap token', async () => {
    await using auth = await runningAuth()
    await using changing = await beside(auth, {
      bootstrapToken: 'the-next-token-7Q',
      previousBootstrapToken: BOOTSTRAP_TOKEN,
    })
    await using changed = await beside(auth, { bootstrapToken: 'the-next-token-7Q' })
    const gateway = statementSigner({ service: 'gateway', privateJwk: auth.identity.privateJwk('gateway') })
    const found = async (port: number, token: string) => {
      const organization = { name: 'University', timezone: 'Europe/Zurich' }
      const answer = await fetch(`http://127.0.0.1:${port}/auth/register`, {
        method: 'POST',
        headers: {
          'x-kitroom-statement': await gateway.sign('auth', { address: '192.0.2.1' }),
          'x-bootstrap-token': token,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ organization, email: newEmail(), password: PASSWORD, full_name: 'Ada' }),
      })
      return answer.status
    }
    expect(await found(changing.httpPort, BOOTSTRAP_TOKEN)).toBe(201)
    expect(await found(changing.httpPort, 'the-next-token-7Q')).toBe(201)
    expect(await found(changing.httpPort, 'the-next-token-7R')).toBe(401)
    expect(await found(changed.httpPort, BOOTSTRAP_TOKEN)).toBe(401)
  })

  it('the key that seals signing keys', async () => {
    await using auth = await runningAuth()
    const founded = await auth.found()
    expect((await auth.signIn(founded.admin.email)).status).toBe(200)
    const next = randomBytes(32)
    const isReady = async (port: number) => {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`)
      return answer.status === 200
    }
    await using changing = await beside(auth, {
      keyEncryptionKey: next,
      previousKeyEncryptionKey: auth.config.keyEncryptionKey,
    })
    expect(await isReady(changing.httpPort)).toBe(true)
    await using hasty = await beside(auth, { keyEncryptionKey: next })
    expect(await isReady(hasty.httpPort)).toBe(false)
  })
})
