import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { accessTokenVerifier, type PublicJwks } from '@kitroom/access-token'
import { openDatabase, rolesOf } from '@kitroom/database'
import { until } from '@kitroom/testing'
import { v7 as newId } from 'uuid'

import { signingKeys } from '../src/persistence/signing-keys.ts'
import { sealUnder } from '../src/secrets/seal.ts'
import { type Founded, type RunningAuth, runningAuth } from './running-auth.ts'

const rotateKeys = fileURLToPath(new URL('../src/rotate-keys.ts', import.meta.url))

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth()
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

/** Keys as a replica that has just started sees them. */
const freshReplica = (keyEncryptionKey = auth.config.keyEncryptionKey, previous?: Buffer) => {
  const { databaseUrl } = auth.config
  const database = openDatabase({ url: databaseUrl, service: 'auth', entities: [] })
  const keys = signingKeys(database, rolesOf(databaseUrl).job, sealUnder(keyEncryptionKey, previous), newId)
  return { ...keys, [Symbol.asyncDispose]: () => database.close() }
}
const publishedBy = async () => {
  await using replica = freshReplica()
  return { keys: await replica.published() } satisfies PublicJwks
}
const currentKid = async () => {
  await using replica = freshReplica()
  const { kid } = await replica.current()
  return kid
}
const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
const verified = (jwks: PublicJwks, token: string) => {
  const { tokenIssuer: issuer, tokenAudience: audience } = auth.config
  return accessTokenVerifier({ issuer, audience, jwks }).verify(token)
}

describe('signing keys', () => {
  it('begin with one, however many replicas start at once', async () => {
    await auth.database.admin('delete from signing_key')
    const replicas = Array.from({ length: 6 }, () => freshReplica())
    const signing = await Promise.all(replicas.map((replica) => replica.current()))
    expect(new Set(signing.map(({ kid }) => kid)).size).toBe(1)
    expect(await auth.database.admin('select kid from signing_key')).toHaveLength(1)
    await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()))
  })

  it('can sign in the very moment the first of them is made', async () => {
    for (let times = 0; times < 60; times++) {
      await auth.database.admin('delete from signing_key')
      expect(await currentKid()).toBeDefined()
    }
  })

  it('are kept sealed, and do not open under another key', async () => {
    const rows = await auth.database.admin<{ sealed_private_jwk: Buffer }>('select * from signing_key')
    expect(rows[0]?.sealed_private_jwk.includes('"d"')).toBe(false)
    await using replica = freshReplica(randomBytes(32))
    await expect(replica.current()).rejects.toThrow('KEY_ENCRYPTION_KEY')
  })

  it('are rotated by a command: published first, signing later, and old tokens stay good', async () => {
    const before = await currentKid()
    const old = (await auth.signIn(founded.admin.email)).body.access_token

    const { databaseUrl, keyEncryptionKey } = auth.config
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@kitroom/source', rotateKeys],
      {
        env: { DATABASE_URL: databaseUrl, KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64') },
      },
    )
    expect(stdout).toContain('a new signing key is published')
    const both = await publishedBy()
    expect(both.keys).toHaveLength(2)
    expect(await currentKid()).toBe(before)

    await auth.database.admin(`update signing_key set active_from = active_from - interval '12 minutes'`)
    const signing = await currentKid()
    expect(signing).not.toBe(before)
    const after = await publishedBy()
    expect(after.keys).toHaveLength(2)
    expect(kidOf(old)).not.toBe(signing)
    await expect(verified(after, old)).resolves.toMatchObject({ sub: founded.admin.id })

    await auth.database.admin(`update signing_key set active_from = active_from - interval '12 minutes'`)
    const last = await publishedBy()
    expect(last.keys.map(({ kid }) => kid)).toEqual([signing])
    await expect(verified(last, old)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('are read again within seconds, though the clock was set back meanwhile', async () => {
    await using replica = freshReplica()
    const rightNow = Date.now
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + 3_600_000)
    const { kid } = await replica.current()
    clock.mockRestore()
    await using other = freshReplica()
    await other.rotate(0)
    const seen = await until(
      async () => (await replica.current()).kid,
      (current) => current !== kid,
      10_000,
    )
    expect(seen).toBe(await currentKid())
    expect(seen).not.toBe(kid)
  })

  it('are sealed anew by the next rotation when the key that seals them is exchanged', async () => {
    const [old, next] = [auth.config.keyEncryptionKey, randomBytes(32)]
    const before = await currentKid()
    await using changing = freshReplica(next, old)
    expect((await changing.current()).kid).toBe(before)
    await changing.rotate(0)
    await using changed = freshReplica(next)
    expect((await changed.current()).kid).not.toBe(before)
    await using behind = freshReplica(old)
    await expect(behind.current()).rejects.toThrow('KEY_ENCRYPTION_KEY')
  })
})
