import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EntityChanged, type EntityType, subjectOf } from '@kitroom/contracts'
import { type Broker, connectBroker } from '@kitroom/events'
import { createLogger } from '@kitroom/service'
import { scaled, testBroker, timeLimit, until } from '@kitroom/testing'

import { ask } from './client.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = randomUUID()

let gateway: RunningGateway
let auth: Broker

beforeAll(async () => {
  const { url } = testBroker()
  auth = connectBroker({ url, name: 'auth', logger: createLogger({ service: 'test', level: 'silent' }) })
  await auth.reachable(AbortSignal.timeout(10_000))
  await auth.ensureStream()
  gateway = await runningGateway({ natsUrl: url })
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

const tags = (token: string) => ask(gateway.port, { path: '/tags', token, org: ORG })

/** Publishes what auth's relay would. */
async function happened(entityType: EntityType, entityId: string, facts: Record<string, string>) {
  const type = subjectOf('auth', entityType, 'UPDATE')
  const event: EntityChanged = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'auth',
    type,
    time: new Date().toISOString(),
    orgid: ORG,
    requestid: 'test',
    datacontenttype: 'application/json',
    data: {
      actor_user_id: null,
      entity_type: entityType,
      entity_id: entityId,
      action: 'UPDATE',
      before: facts,
      after: facts,
    },
  }
  await auth.publish(type, JSON.stringify(event), event.id)
}

/** How long it takes until requests of this token are answered with `status`. */
async function becomes(token: string, status: number): Promise<number> {
  const began = performance.now()
  await until(
    () => tags(token),
    (answer) => answer.status === status,
  )
  return performance.now() - began
}

describe('what the gateway remembers of a caller', () => {
  it('is asked of auth once for many requests at the same time and after each other', async () => {
    const { token, userId } = await gateway.member(ORG, 'student')
    const asked = () => gateway.questions.filter((question) => question.startsWith(userId)).length
    await Promise.all(Array.from({ length: 20 }, () => tags(token)))
    await tags(token)
    expect(asked()).toBe(1)
  })

  it('is asked of many callers together, and each hears what is theirs', async () => {
    const members = await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        index % 3 === 0 ? gateway.member(ORG) : gateway.member(ORG, 'student'),
      ),
    )
    const ended = members.filter((_, index) => index % 5 === 1)
    for (const { sessionId } of ended) gateway.sessions.delete(sessionId)
    const before = gateway.calls.length
    const answers = await Promise.all(members.map(({ token }) => tags(token)))
    expect(answers.map(({ status }) => status)).toEqual(
      members.map((member, index) => (ended.includes(member) ? 401 : index % 3 === 0 ? 403 : 200)),
    )
    const calls = gateway.calls.slice(before)
    expect(calls.reduce((sum, sessions) => sum + sessions)).toBe(members.length)
    expect(calls.length).toBeLessThan(members.length / 2)
    expect(Math.max(...calls)).toBeLessThanOrEqual(100)
  })

  it('is never taken for what they are in another organisation (AUT-6, TEN-11)', async () => {
    const [home, elsewhere] = [randomUUID(), randomUUID()]
    const { token, userId } = await gateway.member(home, 'student')
    gateway.roles.set(`${userId} ${elsewhere}`, ['admin'])
    const users = (org: string) => ask(gateway.port, { path: '/users', token, org })
    const before = gateway.upstreams.seen.length
    const [rounds, wrong] = [scaled(50, 1_000), [] as unknown[]]
    for (let round = 0; round < rounds; round++) {
      const [asStudent, asAdmin] = [await users(home), await users(elsewhere)]
      const together = await Promise.all([users(elsewhere), users(home)])
      const statuses = [asStudent, asAdmin, ...together].map(({ status }) => status)
      if (statuses.join() !== '403,200,200,403') wrong.push(statuses)
    }
    expect(wrong).toEqual([])
    const told = gateway.upstreams.seen.slice(before).map(({ statement }) => statement?.member)
    expect(told).toEqual(Array.from({ length: 2 * rounds }, () => ({ orgId: elsewhere, roles: ['admin'] })))
  })

  it.each([
    ['the user’s role is taken', 403, 'UserRole'],
    ['the session has ended', 401, 'Session'],
    ['the user is changed', 403, 'User'],
  ] as const)('is dropped as soon as it hears that %s', async (_, status, entityType) => {
    const { token, userId, sessionId } = await gateway.member(ORG, 'student')
    expect((await tags(token)).status).toBe(200)
    gateway.roles.delete(`${userId} ${ORG}`)
    if (entityType === 'Session') gateway.sessions.delete(sessionId)
    const entityId = { UserRole: randomUUID(), Session: sessionId, User: userId }[entityType]
    await happened(entityType, entityId, entityType === 'User' ? {} : { user_id: userId })
    expect(await becomes(token, status)).toBeLessThan(3_000)
  })

  it('lets a new role in as soon as it hears of it', async () => {
    const { token, userId } = await gateway.member(ORG)
    expect((await tags(token)).status).toBe(403)
    gateway.roles.set(`${userId} ${ORG}`, ['student'])
    await happened('UserRole', randomUUID(), { user_id: userId })
    expect(await becomes(token, 200)).toBeLessThan(3_000)
  })

  it('is not refreshed with an answer that was on its way when the event came', async () => {
    const { token, userId } = await gateway.member(ORG, 'student')
    const release = Promise.withResolvers<undefined>()
    gateway.asking.hold = release.promise
    let answered = false
    const early = tags(token).finally(() => (answered = true))
    while (!gateway.questions.some((question) => question.startsWith(userId))) await tags('none')
    gateway.asking.hold = undefined
    gateway.roles.delete(`${userId} ${ORG}`)
    await happened('UserRole', randomUUID(), { user_id: userId })
    await becomes(token, 403)
    expect(answered).toBe(false)
    release.resolve(undefined)
    expect((await early).status).toBe(200)
    expect((await tags(token)).status).toBe(403)
  })

  it('is soon asked again when no event comes', async () => {
    const { token, userId } = await gateway.member(ORG, 'student')
    expect((await tags(token)).status).toBe(200)
    gateway.roles.delete(`${userId} ${ORG}`)
    expect(await becomes(token, 403)).toBeLessThan(timeLimit(8_000))
  })
})

describe('when auth cannot be asked', () => {
  it('requests that need it are a 503, and known callers go on for a moment', async () => {
    await using lonely = await runningGateway()
    const [known, unknown] = [await lonely.member(ORG, 'student'), await lonely.member(ORG, 'student')]
    const lonelyTags = (token: string) => ask(lonely.port, { path: '/tags', token, org: ORG })
    expect((await lonelyTags(known.token)).status).toBe(200)
    await lonely.stopAuthRpc()
    const refused = await lonelyTags(unknown.token)
    expect(refused.body).toMatchObject({ status: 503, code: 'dependency-unavailable' })
    expect(refused.headers['retry-after']).toBe('1')
    expect((await lonelyTags(known.token)).status).toBe(200)
  })
})
