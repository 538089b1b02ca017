import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Role, User } from '@kitroom/contracts'
import { scaled } from '@kitroom/testing'

import { type Founded, memberStatement, newEmail, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
beforeAll(async () => {
  auth = await runningAuth()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

const change = (by: Founded, { id, version }: Pick<User, 'id' | 'version'>, body: object) =>
  auth.send('PATCH', `/users/${id}`, { as: by.as, body, headers: { 'if-match': `"${version}"` } })
const rolesIn = async ({ orgId }: Founded, userId: string) =>
  (await auth.access.getCaller({ user_id: userId, session_id: randomUUID(), org_id: orgId })).roles

describe('changing a member', () => {
  it('replaces the roles at once and tells the audit what was given and taken', async () => {
    const founded = await auth.found()
    const user = await auth.addMember(founded, ['student', 'staff'])
    const answer = await change(founded, user, { roles: ['admin', 'staff'] })
    expect(answer).toMatchObject({ status: 200, body: { roles: ['staff', 'admin'], version: 2 } })
    expect(answer.headers.get('etag')).toBe('"2"')
    expect(await rolesIn(founded, user.id)).toEqual(['staff', 'admin'])
    expect((await auth.eventsOf(user.id)).slice(1)).toEqual([
      {
        entity_type: 'User',
        action: 'UPDATE',
        actor_user_id: founded.admin.id,
        before: user,
        after: { ...user, roles: ['staff', 'admin'], version: 2 },
      },
    ])
    const written = await auth.database.admin<{ subject: string; role: string }>(
      `select subject, coalesce(payload::jsonb #>> '{data,after,role}', payload::jsonb #>> '{data,before,role}') as role
       from outbox where subject like '%.user-role.%' and payload like '%' || $1 || '%' order by subject, role`,
      [user.id],
    )
    expect(written.map(({ subject, role }) => [subject, role])).toEqual([
      ['kitroom.auth.user-role.create', 'admin'],
      ['kitroom.auth.user-role.create', 'staff'],
      ['kitroom.auth.user-role.create', 'student'],
      ['kitroom.auth.user-role.soft-delete', 'student'],
    ])
  })

  it('is one change, whatever of them it changes: the version rises by one', async () => {
    const founded = await auth.found()
    let user = await auth.addMember(founded, ['student'])
    for (const body of [
      { full_name: 'Grace Murray Hopper' },
      { roles: ['staff'] },
      { full_name: 'Grace Hopper', is_active: false, roles: ['student', 'staff'] },
      { is_active: true, roles: ['student'] },
    ]) {
      const answer = await change(founded, user, body)
      expect(answer).toMatchObject({ status: 200, body: { ...body, version: user.version + 1 } })
      user = answer.body
    }
    expect((await auth.send('GET', `/users/${user.id}`, { as: founded.as })).body).toEqual(user)
    expect((await auth.eventsOf(user.id)).map(({ after }) => after?.['version'])).toEqual([1, 2, 3, 4, 5])
  })

  it('needs If-Match, of the version that is', async () => {
    const founded = await auth.found()
    const { id } = await auth.addMember(founded, ['student'])
    const patch = (headers: Record<string, string>, userId = id) =>
      auth.send('PATCH', `/users/${userId}`, { as: founded.as, body: { full_name: 'New Name' }, headers })
    expect(await patch({})).toMatchObject({ status: 428, body: { code: 'if-match-required' } })
    for (const stale of ['"2"', 'W/"1"', '"nonsense"']) {
      expect(await patch({ 'if-match': stale })).toMatchObject({
        status: 412,
        body: { code: 'version-mismatch' },
      })
    }
    for (const malformed of ['1', '"1', '""1""'])
      expect((await patch({ 'if-match': malformed })).status).toBe(400)
    expect((await patch({}, randomUUID())).status).toBe(404)
    expect((await patch({ 'if-match': '"7", "1"' })).body).toMatchObject({
      version: 2,
      full_name: 'New Name',
    })
    expect((await patch({ 'if-match': '*' })).status).toBe(200)
    expect((await auth.eventsOf(id)).map(({ action }) => action)).toEqual(['CREATE', 'UPDATE'])
  })

  it('loses no update when many change the same version at once', async () => {
    const founded = await auth.found()
    const user = await auth.addMember(founded, ['student'])
    const names = Array.from({ length: 12 }, (_, at) => `Name ${at}`)
    const answers = await Promise.all(names.map((full_name) => change(founded, user, { full_name })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(11).fill(412)])
    const winner = answers.find(({ status }) => status === 200)?.body
    expect((await auth.send('GET', `/users/${user.id}`, { as: founded.as })).body).toEqual(winner)
  })

  it('signs whoever is deactivated out of every session', async () => {
    const founded = await auth.found()
    const user = await auth.addMember(founded, ['student'])
    const tokens = [(await auth.signIn(user.email)).body, (await auth.signIn(user.email)).body]
    expect((await change(founded, user, { is_active: false })).body).toMatchObject({ is_active: false })
    for (const { refresh_token } of tokens) {
      expect((await auth.send('POST', '/auth/refresh', { body: { refresh_token } })).status).toBe(401)
    }
    const ended = await auth.database.admin(
      `select 1 from outbox where subject = 'kitroom.auth.session.status-change' and payload like '%' || $1 || '%'
         and payload like '%DEACTIVATED%'`,
      [user.id],
    )
    expect(ended).toHaveLength(2)
    expect((await change(founded, { ...user, version: 2 }, { is_active: true })).status).toBe(200)
    expect((await auth.signIn(user.email)).status).toBe(200)
    const [{ refresh_token }] = tokens as [{ refresh_token: string }]
    expect((await auth.send('POST', '/auth/refresh', { body: { refresh_token } })).status).toBe(401)
  })

  it('lets only its home change an account, and each organisation its roles', async () => {
    const [home, away] = [await auth.found(), await auth.found()]
    const user = await auth.addMember(home, ['student'])
    const here = await auth.addMember(away, ['student'], user.email)
    for (const body of [{ full_name: 'Eve' }, { is_active: false }]) {
      expect(await change(away, here, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect((await change(away, here, { roles: ['staff'], is_active: true })).body).toMatchObject({
      version: 2,
    })
    expect(await rolesIn(home, user.id)).toEqual(['student'])
    expect((await change(home, user, { full_name: 'Grace B. Hopper' })).status).toBe(200)
    expect((await auth.send('GET', `/users/${user.id}`, { as: away.as })).body).toMatchObject({
      full_name: 'Grace B. Hopper',
      version: 3,
    })
  })

  it('is for admins, reading for staff', async () => {
    const { orgId, admin } = await auth.found()
    const as = (role: Role) => memberStatement(admin.id, orgId, [role])
    const body = { full_name: 'New Name' }
    for (const role of ['student', 'staff'] as const) {
      expect((await auth.send('PATCH', `/users/${admin.id}`, { as: as(role), body })).status).toBe(403)
    }
    for (const path of ['/users', `/users/${admin.id}`]) {
      expect((await auth.send('GET', path, { as: as('student') })).status).toBe(403)
      expect((await auth.send('GET', path, { as: as('staff') })).status).toBe(200)
      expect((await auth.send('GET', path)).status).toBe(401)
    }
  })
})

describe('the last active admin', () => {
  const lastOne = { status: 409, body: { code: 'invalid-transition' } }

  it('can be neither demoted nor deactivated', async () => {
    const founded = await auth.found()
    const retired = await auth.addMember(founded, ['admin'])
    expect((await change(founded, retired, { is_active: false })).status).toBe(200)
    for (const body of [{ roles: ['staff'] }, { roles: [] }, { is_active: false }]) {
      expect(await change(founded, founded.admin, body)).toMatchObject(lastOne)
    }
    expect(await rolesIn(founded, founded.admin.id)).toEqual(['admin'])
    expect(await auth.eventsOf(founded.admin.id)).toHaveLength(1)
    expect((await change(founded, founded.admin, { roles: ['admin', 'staff'] })).status).toBe(200)
  })

  it(
    'stays when two admins remove each other at the same moment, in any of the ways',
    async () => {
      const ways = [{ roles: ['student'] }, { is_active: false }, { roles: [] }]
      const rounds = scaled(9, 1_000)
      for (let round = 0; round < rounds; round += 1) {
        const founded = await auth.found()
        const second = await auth.addMember(founded, ['admin'])
        const answers = await Promise.all([
          change(founded, founded.admin, ways[round % 3]!),
          change(founded, second, ways[Math.floor(round / 3) % 3]!),
        ])
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
      }
      const [{ orphaned } = { orphaned: '' }] = await auth.database.admin<{ orphaned: string }>(`
        select count(*) as orphaned from organization where not exists (
          select from user_role join app_user on app_user.id = user_id
          where user_role.org_id = organization.id and role = 'admin' and is_active)`)
      expect(orphaned).toBe('0')
    },
    scaled(120_000, 900_000),
  )

  it('stays in every organisation: its home cannot deactivate the only admin of another', async () => {
    const [home, away] = [await auth.found(), await auth.found()]
    const user = await auth.addMember(home, ['student'])
    const here = await auth.addMember(away, ['admin'], user.email)
    expect((await change(away, away.admin, { roles: ['staff'] })).status).toBe(200)
    expect(await change(home, user, { is_active: false })).toMatchObject(lastOne)
    expect(await change(away, here, { roles: [] })).toMatchObject(lastOne)
    expect((await change(home, user, { roles: ['staff'] })).status).toBe(200)
  })
})

describe('the list of members', () => {
  let founded: Founded
  const emails: string[] = []
  const list = async (query: string) => auth.send('GET', `/users?${query}`, { as: founded.as })
  const listed = async (query: string) => (await list(query)).body.data.map(({ email }: User) => email)

  beforeAll(async () => {
    founded = await auth.found()
    const other = await auth.found()
    for (const roles of [['student'], ['student'], ['staff'], ['student', 'staff']] as Role[][]) {
      emails.push((await auth.addMember(founded, roles)).email)
      await auth.addMember(other, roles)
    }
  })

  it('has the members of this organisation and no others', async () => {
    const { status, body } = await list('sort=created_at')
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 5, page: 1, limit: 20, has_next: false, next_cursor: null })
    expect(body.data.map(({ email }: User) => email)).toEqual([founded.admin.email, ...emails])
    expect(body.data[0]).toEqual(founded.admin)
  })

  it('is filtered by role, activity and part of a name or e-mail', async () => {
    expect(await listed('role=staff&sort=created_at')).toEqual(emails.slice(2))
    expect(await listed('is_active=false')).toEqual([])
    expect(await listed('q=LOVELACE')).toEqual([founded.admin.email])
    expect(await listed(`q=${emails[1]?.slice(0, -8).toUpperCase()}`)).toEqual([emails[1]])
    expect(await listed('q=hopper&role=student&sort=-email')).toEqual(
      [emails[0], emails[1], emails[3]].toSorted().toReversed(),
    )
  })

  it('takes % and _ and \\ for letters', async () => {
    const odd = await auth.send('POST', '/auth/register', {
      as: founded.as,
      body: { email: newEmail(), password: 'correct horse', full_name: '100%_\\ Real', roles: ['student'] },
    })
    for (const q of ['%', '_', '\\', '0%_\\ r']) {
      expect(await listed(`q=${encodeURIComponent(q)}`)).toEqual([odd.body.email])
    }
  })

  it('is walked by cursor, each member once', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await list(`limit=2&sort=full_name${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...body.data.map(({ id }: User) => id))
      cursor = body.next_cursor
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength((await list('')).body.total)
  })

  it.each([['limit=101'], ['sort=password'], ['role=owner'], ['is_active=1'], ['unknown=1'], ['cursor=abc']])(
    'refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
    },
  )
})
