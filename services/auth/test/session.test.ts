import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { type Answer, type Founded, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth()
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

interface Begun {
  userId: string
  sessionId: string
  token: string
}

async function begin(): Promise<Begun> {
  const user = await auth.addMember(founded, ['student'])
  const { status, body } = await auth.signIn(user.email)
  if (status !== 200) throw new Error(`signing in failed: ${status} ${JSON.stringify(body)}`)
  return { userId: user.id, sessionId: sessionIn(body.access_token), token: body.refresh_token }
}

const sessionIn = (accessToken: string): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid

const refresh = (token: string): Promise<Answer> =>
  auth.send('POST', '/auth/refresh', { body: { refresh_token: token } })
const refreshed = async (token: string): Promise<string> => {
  const { status, body } = await refresh(token)
  if (status !== 200) throw new Error(`not refreshed: ${JSON.stringify(body)}`)
  return body.refresh_token
}
const isActive = async ({ userId, sessionId }: Begun) =>
  (await auth.access.getCaller({ user_id: userId, session_id: sessionId, org_id: '' })).session_active
/** Moves every time of a session's tokens into the past. */
const age = (sessionId: string, by: string) =>
  auth.database.admin(
    `update refresh_token set created_at = created_at - $2::interval, expires_at = expires_at - $2::interval,
       used_at = used_at - $2::interval, replaced_at = replaced_at - $2::interval where session_id = $1`,
    [sessionId, by],
  )
const liveLeaves = async (sessionId: string): Promise<number> => {
  const [row] = await auth.database.admin<{ count: string }>(
    `select count(*) from refresh_token join session on session.id = session_id
     where session_id = $1 and used_at is null and replaced_at is null and status = 'ACTIVE'`,
    [sessionId],
  )
  return Number(row?.count)
}
const endings = async (sessionId: string) =>
  (await auth.eventsOf(sessionId)).slice(1).map(({ action, after }) => [action, after?.['ending']])

describe('refreshing', () => {
  it('gives new tokens of the same session, and one good token at a time', async () => {
    const begun = await begin()
    const { status, body } = await refresh(begun.token)
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600, user: { id: begun.userId } })
    expect(body.refresh_token).not.toBe(begun.token)
    expect(sessionIn(body.access_token)).toBe(begun.sessionId)
    expect(await liveLeaves(begun.sessionId)).toBe(1)
    await refreshed(await refreshed(body.refresh_token))
    expect(await endings(begun.sessionId)).toEqual([])
  })

  it('ends the whole family when a token comes twice', async () => {
    const begun = await begin()
    const second = await refreshed(begun.token)
    const third = await refreshed(second)
    expect(await refresh(begun.token)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
    expect((await refresh(third)).status).toBe(401)
    expect(await isActive(begun)).toBe(false)
    expect(await endings(begun.sessionId)).toEqual([['STATUS_CHANGE', 'REUSED']])
  })

  it('forgives the same token for ten seconds, when its answer was lost', async () => {
    const begun = await begin()
    const lost = await refreshed(begun.token)
    const found = await refreshed(begun.token)
    expect(await liveLeaves(begun.sessionId)).toBe(1)
    expect((await refresh(lost)).status).toBe(401)
    await refreshed(found)
    expect(await isActive(begun)).toBe(true)
  })

  it('forgives nothing after ten seconds', async () => {
    const begun = await begin()
    const next = await refreshed(begun.token)
    await age(begun.sessionId, '11 seconds')
    expect((await refresh(begun.token)).status).toBe(401)
    expect((await refresh(next)).status).toBe(401)
    expect(await endings(begun.sessionId)).toEqual([['STATUS_CHANGE', 'REUSED']])
  })

  it('ends the family when a replaced token comes late', async () => {
    const begun = await begin()
    const kept = await refreshed(begun.token)
    await refreshed(begun.token)
    await age(begun.sessionId, '11 seconds')
    expect((await refresh(kept)).status).toBe(401)
    expect(await isActive(begun)).toBe(false)
  })

  it(
    'logs nobody out when many windows refresh at once, and leaves one good token',
    async () => {
      const windows = scaled(10, 100)
      for (let family = 0; family < scaled(5, 100); family += 1) {
        const begun = await begin()
        const answers = await Promise.all(Array.from({ length: windows }, () => refresh(begun.token)))
        expect(answers.map(({ status }) => status)).toEqual(Array(windows).fill(200))
        expect(await liveLeaves(begun.sessionId)).toBe(1)
        const again = await Promise.all(answers.map(({ body }) => refresh(body.refresh_token)))
        expect(again.filter(({ status }) => status === 200)).toHaveLength(1)
        expect(await isActive(begun)).toBe(true)
        expect(await liveLeaves(begun.sessionId)).toBe(1)
      }
    },
    scaled(120_000, 600_000),
  )

  it(
    'leaves nothing alive of a family whose token was stolen and came back late',
    async () => {
      const families = scaled(10, 1_000)
      const sessions: string[] = []
      for (let family = 0; family < families; family += 1) {
        const begun = await begin()
        sessions.push(begun.sessionId)
        const next = await refreshed(begun.token)
        // Sometimes the thief was first, sometimes its victim went on for a while.
        if (family % 2 === 0) await refreshed(next)
        await age(begun.sessionId, '11 seconds')
        expect((await refresh(begun.token)).status).toBe(401)
      }
      const [left] = await auth.database.admin<{ live: string; reused: string }>(
        `select count(*) filter (where status = 'ACTIVE') as live, count(*) filter (where ending = 'REUSED') as reused
         from session where id = any($1::uuid[])`,
        [sessions],
      )
      expect(left).toEqual({ live: '0', reused: String(families) })
      const written = await auth.database.admin(
        `select 1 from outbox where payload::jsonb #>> '{data,after,ending}' = 'REUSED'
           and payload::jsonb #>> '{data,entity_id}' = any($1::text[])`,
        [sessions],
      )
      expect(written).toHaveLength(families)
    },
    scaled(120_000, 600_000),
  )

  it('is over after seven idle days and after thirty days in any case', async () => {
    const idle = await begin()
    await age(idle.sessionId, '7 days')
    expect((await refresh(idle.token)).status).toBe(401)
    const old = await begin()
    await auth.database.admin(
      `update session set expires_at = expires_at - interval '30 days' where id = $1`,
      [old.sessionId],
    )
    expect((await refresh(old.token)).status).toBe(401)
    expect(await isActive(old)).toBe(false)
  })

  it.each([['nobody gave this one'], ['x'.repeat(512)], ["' or true --"]])('refuses %j', async (token) => {
    expect(await refresh(token)).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } })
  })
})

describe('signing out', () => {
  it('ends the session for good, and can be done twice', async () => {
    const begun = await begin()
    const as = { session: { userId: begun.userId, sessionId: begun.sessionId } }
    expect(await auth.send('POST', '/auth/logout', { as })).toMatchObject({ status: 204, body: undefined })
    expect(await isActive(begun)).toBe(false)
    expect((await refresh(begun.token)).status).toBe(401)
    expect((await auth.send('POST', '/auth/logout', { as })).status).toBe(204)
    expect(await auth.eventsOf(begun.sessionId)).toEqual([
      expect.objectContaining({ action: 'CREATE' }),
      expect.objectContaining({
        action: 'STATUS_CHANGE',
        actor_user_id: begun.userId,
        before: expect.objectContaining({ status: 'ACTIVE' }),
        after: expect.objectContaining({ status: 'ENDED', ending: 'SIGNED_OUT' }),
      }),
    ])
  })

  it('leaves the sessions of others alone', async () => {
    const [one, other] = [await begin(), await begin()]
    const as = { session: { userId: one.userId, sessionId: other.sessionId } }
    expect((await auth.send('POST', '/auth/logout', { as })).status).toBe(204)
    expect(await isActive(other)).toBe(true)
    const nobody = { session: { userId: randomUUID(), sessionId: other.sessionId } }
    expect((await auth.send('POST', '/auth/logout', { as: nobody })).status).toBe(204)
    expect(await isActive(other)).toBe(true)
  })
})
