import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { ask } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

const LOUD = '0194aaaa-7c00-7000-8000-00000000000a'
const QUIET = '0194bbbb-7c00-7000-8000-00000000000b'
const LIMIT = 40
const MEMBERS = 20

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await runningGateway({ rateLimitOrgPerMinute: LIMIT })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const tagsAs = ({ token }: Member, org: string) => ask(gateway.port, { path: '/tags', token, org })

describe('an organisation of many members, each within its own limit (TEN-13, DOS-7)', () => {
  it('gets its limit and no more, and the others do not notice', async () => {
    const members = await Promise.all(Array.from({ length: MEMBERS }, () => gateway.member(LOUD, 'student')))
    const neighbour = await gateway.member(QUIET, 'student')
    // Who they are is asked for once: all at the same moment would also be a test of how quick that is.
    const first = await Promise.all(members.map((member) => tagsAs(member, LOUD)))
    const flood = Array.from({ length: LIMIT * 10 }, (_, n) => tagsAs(members[n % MEMBERS] as Member, LOUD))
    const beside = Array.from({ length: LIMIT / 2 }, () => tagsAs(neighbour, QUIET))
    const [others, quiet] = await Promise.all([Promise.all(flood), Promise.all(beside)])
    const loud = [...first, ...others]

    expect(new Set(quiet.map(({ status }) => status))).toEqual(new Set([200]))
    const refused = loud.filter(({ status }) => status !== 200)
    expect(loud.length - refused.length).toBe(LIMIT)
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual([429, 'rate-limited'])
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(headers).toMatchObject({ 'ratelimit-limit': String(LIMIT), 'ratelimit-remaining': '0' })
    }
    expect(gateway.upstreams.seen.filter(({ statement }) => statement?.member?.orgId === LOUD)).toHaveLength(
      LIMIT,
    )
  })

  it('is limited before the role is judged, and one who is no member uses none of it up', async () => {
    const [member, stranger] = [await gateway.member(LOUD, 'student'), await gateway.member(QUIET, 'admin')]
    const create = (token: string) =>
      ask(gateway.port, { method: 'POST', path: '/resources', token, org: LOUD, body: '{}' })
    expect((await create(member.token)).body.code).toBe('rate-limited')
    expect((await create(stranger.token)).body.code).toBe('not-a-member')
    expect((await tagsAs(stranger, QUIET)).headers['ratelimit-limit']).toBe('10000')
  })
})
