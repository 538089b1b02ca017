import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { defaultPolicy, type SignedIn } from '@kitroom/contracts'

import {
  BOOTSTRAP_TOKEN,
  memberStatement,
  newEmail,
  PASSWORD,
  type RunningAuth,
  runningAuth,
} from './running-auth.ts'

let auth: RunningAuth
beforeAll(async () => {
  auth = await runningAuth()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

const organization = { name: 'University of Arts', timezone: 'Europe/Zurich' }
const person = (email = newEmail()) => ({ email, password: PASSWORD, full_name: 'Ada Lovelace' })
const bootstrap = { 'x-bootstrap-token': BOOTSTRAP_TOKEN }

describe('founding an organisation', () => {
  it('makes it and its first admin, who can sign in', async () => {
    const body = { organization, ...person() }
    const answer = await auth.send('POST', '/auth/register', { body, headers: bootstrap })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe('/organizations/current')
    expect(answer.body).toEqual({
      organization: {
        ...organization,
        id: expect.any(String),
        currency: 'EUR',
        policy: defaultPolicy,
        version: 1,
        created_at: expect.stringMatching(/Z$/),
      },
      user: {
        id: expect.any(String),
        org_id: answer.body.organization.id,
        email: body.email,
        full_name: 'Ada Lovelace',
        is_active: true,
        roles: ['admin'],
        version: 1,
        created_at: expect.stringMatching(/Z$/),
      },
    })
    expect((await auth.signIn(body.email)).body.user.organizations).toEqual([
      { id: answer.body.organization.id, ...organization, roles: ['admin'] },
    ])
  })

  it('writes each new thing down once for the audit, without a hash', async () => {
    const { orgId, admin } = await auth.found()
    expect(await auth.eventsOf(orgId)).toEqual([
      expect.objectContaining({
        entity_type: 'Organization',
        action: 'CREATE',
        actor_user_id: null,
        before: null,
      }),
    ])
    expect(await auth.eventsOf(admin.id)).toEqual([
      expect.objectContaining({ entity_type: 'User', action: 'CREATE', after: admin }),
    ])
    const payloads = await auth.database.admin<{ payload: string }>(
      'select payload from outbox where org_id = $1',
      [orgId],
    )
    expect(payloads).toHaveLength(3)
    expect(JSON.stringify(payloads)).not.toContain('argon2')
  })

  it.each([
    ['without a token', {}],
    ['with a wrong token', { 'x-bootstrap-token': 'something else' }],
    ['with the token and more', { 'x-bootstrap-token': `${BOOTSTRAP_TOKEN} ${BOOTSTRAP_TOKEN}` }],
  ])('is refused %s', async (_, headers) => {
    const answer = await auth.send('POST', '/auth/register', { body: { organization, ...person() }, headers })
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
  })

  it.each([
    ['nobody', {}],
    ['a wrong token', { 'x-bootstrap-token': 'something else' }],
  ])('is refused to %s before anybody looks at what was sent', async (_, headers) => {
    for (const body of [{}, { organization: 'not an object' }, { ...person(), nonsense: true }]) {
      const answer = await auth.send('POST', '/auth/register', { body, headers })
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    }
    expect(await auth.send('POST', '/auth/register', { body: {}, headers: bootstrap })).toMatchObject({
      status: 400,
    })
  })

  it('is refused to an admin without the token, and to an e-mail that has an account', async () => {
    const { as, admin } = await auth.found()
    const body = { organization, ...person() }
    expect((await auth.send('POST', '/auth/register', { as, body })).status).toBe(401)
    const again = { organization, ...person(admin.email.toUpperCase()) }
    const answer = await auth.send('POST', '/auth/register', { body: again, headers: bootstrap })
    expect(answer).toMatchObject({ status: 409, body: { code: 'already-exists' } })
  })
})

describe('adding a member', () => {
  it('gives the account and its roles, and an ETag to change it by', async () => {
    const founded = await auth.found()
    const body = { ...person(), roles: ['staff', 'student'] }
    const answer = await auth.send('POST', '/auth/register', { as: founded.as, body })
    expect(answer).toMatchObject({
      status: 201,
      body: { org_id: founded.orgId, email: body.email, roles: ['student', 'staff'], version: 1 },
    })
    expect(answer.headers.get('location')).toBe(`/users/${answer.body.id}`)
    expect(answer.headers.get('etag')).toBe('"1"')
    const events = await auth.eventsOf(answer.body.id)
    expect(events).toEqual([expect.objectContaining({ action: 'CREATE', actor_user_id: founded.admin.id })])
  })

  it('gives an account of another organisation the roles here, its name and password untouched', async () => {
    const [home, away] = [await auth.found('Home'), await auth.found('Away')]
    const user = await auth.addMember(home, ['student'])
    const body = {
      email: user.email.toUpperCase(),
      password: 'another password',
      full_name: 'Eve',
      roles: ['staff'],
    }
    const answer = await auth.send('POST', '/auth/register', { as: away.as, body })
    expect(answer).toMatchObject({
      status: 201,
      body: { id: user.id, org_id: home.orgId, full_name: 'Grace Hopper', roles: ['staff'], version: 1 },
    })
    expect((await auth.signIn(user.email, 'another password')).status).toBe(401)
    const signedIn = await auth.signIn(user.email)
    expect((signedIn.body as SignedIn).user.organizations.map(({ name, roles }) => [name, roles])).toEqual([
      ['Away', ['staff']],
      ['Home', ['student']],
    ])
    expect((await auth.send('POST', '/auth/register', { as: away.as, body })).body.code).toBe(
      'already-exists',
    )
  })

  it('takes a former member back, with a version that goes on rising', async () => {
    const [home, away] = [await auth.found(), await auth.found()]
    const user = await auth.addMember(home, ['student'])
    await auth.addMember(away, ['student'], user.email)
    const left = await auth.send('PATCH', `/users/${user.id}`, {
      as: away.as,
      body: { roles: [] },
      headers: { 'if-match': '"1"' },
    })
    expect(left).toMatchObject({ status: 200, body: { roles: [], version: 2 } })
    expect((await auth.send('GET', `/users/${user.id}`, { as: away.as })).status).toBe(404)
    expect(await auth.addMember(away, ['staff'], user.email)).toMatchObject({ roles: ['staff'], version: 3 })
    expect((await auth.send('GET', `/users/${user.id}`, { as: home.as })).body).toMatchObject({
      roles: ['student'],
      version: 1,
    })
  })

  it('lets one of many who add the same e-mail at once succeed', async () => {
    const { as } = await auth.found()
    const body = { ...person(), roles: ['student'] }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => auth.send('POST', '/auth/register', { as, body })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)])
  })

  it('happens once for one Idempotency-Key', async () => {
    const { as } = await auth.found()
    const request = {
      as,
      body: { ...person(), roles: ['student'] },
      headers: { 'idempotency-key': randomUUID() },
    }
    const first = await auth.send('POST', '/auth/register', request)
    const second = await auth.send('POST', '/auth/register', request)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(await auth.eventsOf(first.body.id)).toHaveLength(1)
  })

  it('is for admins, in the order the contract judges', async () => {
    const { orgId, admin } = await auth.found()
    const body = { ...person(), roles: ['student'] }
    const status = async (as: object) => (await auth.send('POST', '/auth/register', { as, body })).body.code
    expect(await status({})).toBe('unauthenticated')
    expect(await status({ session: { userId: admin.id, sessionId: randomUUID() } })).toBe(
      'org-header-invalid',
    )
    expect(await status(memberStatement(admin.id, orgId, ['staff']))).toBe('forbidden')
  })

  it('refuses unknown and read-only fields', async () => {
    const { as } = await auth.found()
    for (const field of ['id', 'org_id', 'version', 'is_active', 'password_hash']) {
      const body = { ...person(), roles: ['student'], [field]: 1 }
      const answer = await auth.send('POST', '/auth/register', { as, body })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `/${field}` }] } })
    }
  })
})
