import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { type Founded, memberStatement, newEmail, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth()
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

describe('the organisation of the request', () => {
  const path = '/organizations/current'

  it('is seen by every member, with an ETag that saves reading it again', async () => {
    const as = memberStatement(randomUUID(), founded.orgId, ['student'])
    const answer = await auth.send('GET', path, { as })
    expect(answer).toMatchObject({ status: 200, body: { id: founded.orgId, currency: 'EUR', version: 1 } })
    const again = await auth.send('GET', path, {
      as,
      headers: { 'if-none-match': answer.headers.get('etag')! },
    })
    expect(again).toMatchObject({ status: 304, body: undefined })
  })

  it('is changed by admins, the policy member by member, and the audit hears of it', async () => {
    const { as, orgId } = await auth.found()
    const patch = (body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
      auth.send('PATCH', path, { as, body, headers })
    expect((await patch({ name: 'New' }, {})).status).toBe(428)
    expect((await patch({ name: 'New' }, { 'if-match': '"2"' })).status).toBe(412)
    const body = { timezone: 'Europe/Vienna', policy: { fine: { amount_cents: 250 } } }
    expect(await patch(body, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      body: {
        name: 'University of Arts',
        timezone: 'Europe/Vienna',
        policy: { early_pickup_minutes: 60, fine: { amount_cents: 250, grace_minutes: 60 } },
        version: 2,
      },
    })
    expect(await auth.eventsOf(orgId)).toEqual([
      expect.objectContaining({ action: 'CREATE' }),
      expect.objectContaining({
        action: 'UPDATE',
        before: expect.objectContaining({ timezone: 'Europe/Zurich', version: 1 }),
        after: expect.objectContaining({ timezone: 'Europe/Vienna', version: 2 }),
      }),
    ])
    for (const wrong of [
      { timezone: '+01:00' },
      { currency: 'CHF' },
      { policy: { fine: { unit: 'WEEK' } } },
      {},
    ]) {
      expect((await patch(wrong)).status).toBe(400)
    }
    const staff = memberStatement(randomUUID(), orgId, ['staff'])
    expect((await auth.send('PATCH', path, { as: staff, body })).status).toBe(403)
  })
})

describe('over gRPC', () => {
  it('a caller is told active, member and roles apart', async () => {
    const user = await auth.addMember(founded, ['student', 'staff'])
    const { body } = await auth.signIn(user.email)
    const { sid } = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
    const ask = (changed: object) =>
      auth.access.getCaller({ user_id: user.id, session_id: sid, org_id: founded.orgId, ...changed })
    const all = { session_active: true, user_active: true, roles: ['student', 'staff'], is_member: true }
    expect(await ask({})).toEqual(all)
    const elsewhere = { ...all, roles: [], is_member: false }
    expect(await ask({ org_id: '' })).toEqual(elsewhere)
    expect(await ask({ org_id: randomUUID() })).toEqual(elsewhere)
    expect(await ask({ session_id: randomUUID() })).toEqual({ ...all, session_active: false })
    expect(await ask({ user_id: founded.admin.id })).toMatchObject({
      session_active: false,
      roles: ['admin'],
    })
    expect(await ask({ user_id: randomUUID() })).toEqual({
      session_active: false,
      user_active: false,
      roles: [],
      is_member: false,
    })
    await expect(ask({ user_id: 'ada' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('callers are told together, in the order in which they are asked about', async () => {
    const users = [await auth.addMember(founded, ['student']), await auth.addMember(founded, ['staff'])]
    const signedIn = await Promise.all(
      users.map(async ({ id, email }) => {
        const { body } = await auth.signIn(email)
        const { sid } = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
        return { user_id: id, session_id: String(sid) }
      }),
    )
    const [student, staff] = signedIn as [(typeof signedIn)[0], (typeof signedIn)[0]]
    const nobody = { user_id: randomUUID(), session_id: randomUUID() }
    const borrowed = { ...staff, session_id: student.session_id }
    const ask = (sessions: typeof signedIn, org_id = founded.orgId) =>
      auth.access.batchGetCallers({ org_id, sessions })
    const [asStudent, asStaff] = [['student'], ['staff']].map((roles) => ({
      ...{ session_active: true, user_active: true },
      ...{ roles, is_member: true },
    }))
    const unknown = { session_active: false, user_active: false, roles: [], is_member: false }
    expect(await ask([staff, nobody, student, borrowed, staff])).toEqual({
      callers: [asStaff, unknown, asStudent, { ...asStaff, session_active: false }, asStaff],
    })
    const elsewhere = await ask([staff], '')
    expect(elsewhere.callers).toEqual([{ ...asStaff, roles: [], is_member: false }])
    expect(await ask([])).toEqual({ callers: [] })
    await expect(ask(Array(101).fill(nobody))).rejects.toMatchObject({ kind: 'invalid' })
    await expect(ask([nobody, { ...nobody, session_id: 'x' }])).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('members are looked up together, those of other organisations never', async () => {
    const other = await auth.found()
    const users = [await auth.addMember(founded, ['student']), await auth.addMember(founded, ['staff'])]
    const ids = [...users.map(({ id }) => id), other.admin.id, randomUUID()]
    const answer = await auth.directory.batchGetUsers({ org_id: founded.orgId, user_ids: ids })
    expect(answer.users.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      users.map(({ id, email, full_name, is_active, roles }) => ({ id, email, full_name, is_active, roles })),
    )
    const many = Array.from({ length: 101 }, () => randomUUID())
    const tooMany = auth.directory.batchGetUsers({ org_id: founded.orgId, user_ids: many })
    await expect(tooMany).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('the organisation comes with its whole policy', async () => {
    const { policy_json, ...rest } = await auth.directory.getOrganization({ org_id: founded.orgId })
    expect(rest).toMatchObject({ id: founded.orgId, name: 'University of Arts', currency: 'EUR', version: 1 })
    expect(JSON.parse(policy_json)).toMatchObject({ early_pickup_minutes: 60, fine: { cap_cents: 5000 } })
    const unknown = auth.directory.getOrganization({ org_id: randomUUID() })
    await expect(unknown).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('between organisations', () => {
  it('an id of another organisation is as unknown as one that never was', async () => {
    const other = await auth.found()
    const seen = async (id: string) => {
      const { status, body } = await auth.send('GET', `/users/${id}`, { as: founded.as })
      return { status, body: { ...body, instance: '', request_id: '' } }
    }
    expect(await seen(other.admin.id)).toEqual(await seen(randomUUID()))
    const changed = await auth.send('PATCH', `/users/${other.admin.id}`, {
      as: founded.as,
      body: { roles: ['student'] },
      headers: { 'if-match': '"7"' },
    })
    expect(changed.status).toBe(404)
  })

  it('a service reached without a statement of the gateway answers nobody', async () => {
    const headers = {
      'x-kitroom-statement': 'nonsense',
      'x-org-id': founded.orgId,
      'x-user-id': founded.admin.id,
    }
    expect((await auth.send('GET', '/users', { headers })).status).toBe(401)
    expect((await auth.signIn(newEmail())).status).toBe(401)
  })
})
