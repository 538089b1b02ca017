import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { accessTokenVerifier } from '@kitroom/access-token'
import { scaled } from '@kitroom/testing'

import {
  type Answer,
  type Founded,
  memberStatement,
  newEmail,
  PASSWORD,
  type RunningAuth,
  runningAuth,
} from './running-auth.ts'

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth({ loginFailuresPerAddress: 15 })
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

/** What a client can see of an answer, without what is new in every one. */
const seen = ({ status, headers, body }: Answer) => {
  const { 'x-request-id': _, date: __, ...stable } = Object.fromEntries(headers)
  return { status, headers: stable, body: { ...body, request_id: '' } }
}

let networks = 0
/** An address no other test fails from. */
const newAddress = () => `198.51.100.${(networks += 1)}`

describe('signing in', () => {
  it('gives tokens that the published keys verify, and the person with their organisations', async () => {
    const user = await auth.addMember(founded, ['student', 'admin'])
    const answer = await auth.signIn(user.email.toUpperCase())
    expect(answer).toMatchObject({
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: 600,
        refresh_token: expect.stringMatching(/^[\w-]{43}$/),
        user: {
          id: user.id,
          email: user.email,
          full_name: user.full_name,
          organizations: [
            {
              id: founded.orgId,
              name: 'University of Arts',
              timezone: 'Europe/Zurich',
              roles: ['student', 'admin'],
            },
          ],
        },
      },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const jwks = (await auth.send('GET', '/.well-known/jwks.json')).body
    expect(Object.keys(jwks.keys[0]).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    const { tokenIssuer: issuer, tokenAudience: audience } = auth.config
    const claims = await accessTokenVerifier({ issuer, audience, jwks }).verify(answer.body.access_token)
    expect(claims.sub).toBe(user.id)
    expect(claims.exp - claims.iat).toBe(600)
    expect(await auth.eventsOf(claims.sid)).toEqual([
      expect.objectContaining({
        entity_type: 'Session',
        action: 'CREATE',
        actor_user_id: user.id,
        after: expect.objectContaining({ user_id: user.id, status: 'ACTIVE' }),
      }),
    ])
  })

  it('keeps neither the refresh token nor the password', async () => {
    const user = await auth.addMember(founded, ['student'])
    const { refresh_token } = (await auth.signIn(user.email)).body
    const [{ kept } = { kept: '' }] = await auth.database.admin<{ kept: string }>(`
      select string_agg(row, ' ') as kept from (
        select refresh_token::text as row from refresh_token union all select password::text from password
        union all select payload from outbox) as everything`)
    expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
    expect(kept).not.toContain(refresh_token)
    expect(kept).not.toContain(PASSWORD)
    const outbox = await auth.database.admin<{ payload: string }>('select payload from outbox')
    expect(JSON.stringify(outbox)).not.toMatch(/argon2|digest|hash/)
  })

  it('answers an unknown e-mail, a wrong password and an inactive account alike', async () => {
    const [user, inactive] = [
      await auth.addMember(founded, ['student']),
      await auth.addMember(founded, ['student']),
    ]
    const { status } = await auth.send('PATCH', `/users/${inactive.id}`, {
      as: founded.as,
      body: { is_active: false },
      headers: { 'if-match': '"1"' },
    })
    expect(status).toBe(200)
    const address = newAddress()
    const unknown = await auth.signIn(newEmail(), PASSWORD, address)
    expect(unknown).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
    expect(seen(await auth.signIn(user.email, 'wrong password', address))).toEqual(seen(unknown))
    expect(seen(await auth.signIn(inactive.email, PASSWORD, address))).toEqual(seen(unknown))
  })

  it('refuses an oversized password before it is hashed', async () => {
    const known = auth.lines.length
    for (const length of [129, 500_000]) {
      const body = { email: founded.admin.email, password: 'a'.repeat(length) }
      expect(await auth.send('POST', '/auth/login', { body })).toMatchObject({ status: 400 })
    }
    expect(auth.lines.slice(known).filter(({ msg }) => msg === 'sign-in refused')).toEqual([])
  })

  it('tells the log why an attempt failed, and whose account it was, but never the e-mail', async () => {
    const [user, inactive] = [
      await auth.addMember(founded, ['student']),
      await auth.addMember(founded, ['student']),
    ]
    await auth.database.admin('update app_user set is_active = false where id = $1', [inactive.id])
    const address = newAddress()
    const known = auth.lines.length
    const nobody = newEmail()
    await auth.signIn(nobody, PASSWORD, address)
    await auth.signIn(user.email, 'wrong password', address)
    await auth.signIn(inactive.email, PASSWORD, address)
    await auth.signIn(user.email, PASSWORD, address)
    const told = auth.lines.slice(known).map(({ msg, level, reason, user_id, org_id, address: from }) => ({
      msg,
      level,
      reason,
      user_id,
      org_id,
      from,
    }))
    const of = (user_id: string | undefined, reason?: string) => ({
      msg: reason === undefined ? 'signed in' : 'sign-in refused',
      level: reason === undefined ? 'info' : 'warn',
      reason,
      user_id,
      org_id: user_id === undefined ? undefined : founded.orgId,
      from: address,
    })
    expect(told).toEqual([
      of(undefined, 'unknown-email'),
      of(user.id, 'wrong-password'),
      of(inactive.id, 'inactive-account'),
      of(user.id),
    ])
    const log = JSON.stringify(auth.lines)
    for (const secret of [nobody, user.email, PASSWORD, 'wrong password']) expect(log).not.toContain(secret)
  })

  it('hashes again when the parameters were raised', async () => {
    const user = await auth.addMember(founded, ['student'])
    const weak = '$argon2id$v=19$m=8192,t=1,p=1$'
    const { hash } = await import('@node-rs/argon2')
    const old = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    expect(old.startsWith(weak)).toBe(true)
    await auth.database.admin('update password set hash = $1 where user_id = $2', [old, user.id])
    expect((await auth.signIn(user.email)).status).toBe(200)
    const [row] = await auth.database.admin<{ hash: string }>(
      'select hash from password where user_id = $1',
      [user.id],
    )
    expect(row?.hash).toContain('m=19456,t=2,p=1')
    expect((await auth.signIn(user.email)).status).toBe(200)
  })
})

describe('failing to sign in', () => {
  const failures = (email: string, address: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => auth.signIn(email, 'wrong password', address)))
  const statuses = (answers: Answer[]) => answers.map(({ status }) => status).toSorted()

  it('is told ten times, then nothing more, not even to the right password', async () => {
    const user = await auth.addMember(founded, ['student'])
    const address = newAddress()
    expect(statuses(await failures(user.email, address, 10))).toEqual(Array(10).fill(401))
    const limited = await auth.signIn(user.email, PASSWORD, address)
    expect(limited).toMatchObject({ status: 429, body: { code: 'rate-limited' } })
    const wait = Number(limited.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(880)
    expect(wait).toBeLessThanOrEqual(900)
  })

  it('is told ten times also when many guesses come at once', async () => {
    const answers = statuses(await failures(newEmail(), newAddress(), 25))
    expect(answers).toEqual([...Array(10).fill(401), ...Array(15).fill(429)])
  })

  it(
    'costs no more hashes than are told, however many guesses come at once, and locks nobody out elsewhere',
    async () => {
      const [user, address] = [await auth.addMember(founded, ['student']), newAddress()]
      const guesses = scaled(60, 10_000)
      for (let sent = 0; sent < guesses; sent += 60) await failures(user.email, address, 60)
      const hashed = auth.lines.filter(
        ({ user_id, reason }) => user_id === user.id && reason === 'wrong-password',
      )
      expect(hashed).toHaveLength(10)
      expect((await auth.signIn(user.email, PASSWORD, newAddress())).status).toBe(200)
    },
    scaled(120_000, 600_000),
  )

  it('cannot lock the account out from elsewhere', async () => {
    const user = await auth.addMember(founded, ['student'])
    await failures(user.email, newAddress(), 12)
    expect((await auth.signIn(user.email, PASSWORD, newAddress())).status).toBe(200)
  })

  it('is counted for the address over all accounts', async () => {
    const address = newAddress()
    for (let at = 0; at < 15; at += 1) {
      expect((await auth.signIn(newEmail(), PASSWORD, address)).status).toBe(401)
    }
    expect((await auth.signIn(founded.admin.email, PASSWORD, address)).status).toBe(429)
  })

  it('is forgotten after a success, and after a quarter of an hour', async () => {
    const user = await auth.addMember(founded, ['student'])
    const address = newAddress()
    await failures(user.email, address, 9)
    expect((await auth.signIn(user.email, PASSWORD, address)).status).toBe(200)
    expect(statuses(await failures(user.email, address, 10))).toEqual(Array(10).fill(401))
    expect((await auth.signIn(user.email, PASSWORD, address)).status).toBe(429)
    await auth.database.admin(`update login_failure set at = at - interval '15 minutes' where address = $1`, [
      address,
    ])
    expect((await auth.signIn(user.email, PASSWORD, address)).status).toBe(200)
  })
})

describe('who am I', () => {
  it('names the account and its organisations without X-Org-Id', async () => {
    const user = await auth.addMember(founded, ['staff'])
    const { session } = memberStatement(user.id, founded.orgId, ['staff'])
    const answer = await auth.send('GET', '/auth/me', { as: { session: session! } })
    expect(answer).toMatchObject({
      status: 200,
      body: { id: user.id, organizations: [{ id: founded.orgId }] },
    })
    expect((await auth.send('GET', '/auth/me')).body.code).toBe('unauthenticated')
  })
})
