import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { type Answer, ask, type Asked } from './client.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
const OTHER_ORG = '0194bbbb-7c00-7000-8000-00000000000b'
const LIMIT = scaled(20, 600)
/** Less than its members may, each for himself. */
const ORG_LIMIT = scaled(30, 900)
const MEMBERS = 3
const SPREAD_MS = scaled(1_500, 59_000)
const MINUTE = 60_000

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await runningGateway({
    rateLimitPerMinute: LIMIT,
    rateLimitOrgPerMinute: ORG_LIMIT,
    trustedProxies: 1,
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

interface Timed extends Answer {
  sentAt: number
  heardAt: number
}

/** Asks so often, evenly, whether answers come or not. */
async function spread(count: number, asked: (n: number) => Asked): Promise<Timed[]> {
  const answers: Promise<Timed>[] = []
  const start = performance.now()
  for (let n = 0; n < count; n++) {
    await sleep(Math.max(0, start + (n * SPREAD_MS) / count - performance.now()))
    const sentAt = Date.now()
    answers.push(ask(gateway.port, asked(n)).then((answer) => ({ ...answer, sentAt, heardAt: Date.now() })))
  }
  return Promise.all(answers)
}

/** Of each kind of limit, twice what it lets through. */
async function streams(): Promise<Record<string, { limit: number; asked: (n: number) => Asked }>> {
  const user = await gateway.member(ORG, 'student')
  const members = await Promise.all(
    Array.from({ length: MEMBERS }, () => gateway.member(OTHER_ORG, 'student')),
  )
  return {
    'of a user in an organisation': {
      limit: LIMIT,
      asked: () => ({ path: '/tags', token: user.token, org: ORG }),
    },
    'of an organisation': {
      limit: ORG_LIMIT,
      asked: (n) => ({ path: '/tags', token: members[n % MEMBERS]?.token, org: OTHER_ORG }),
    },
    'of a network without a token': {
      limit: LIMIT,
      asked: () => ({
        path: '/auth/login',
        method: 'POST',
        body: '{}',
        headers: { 'x-forwarded-for': '203.0.113.1' },
      }),
    },
  }
}

describe('twice as much as a limit, evenly over the minute that it counts (DOS-7)', () => {
  it(
    'is let through up to the limit, of a user, an organisation and a network alike, and the rest hears when to come back',
    async () => {
      const all = await streams()
      await Promise.all(
        Object.entries(all).map(async ([whose, { limit, asked }]) => {
          const answers = await spread(2 * limit, asked)
          const [first] = answers as [Timed]
          const heardFirst = Math.min(...answers.map(({ heardAt }) => heardAt))
          // What comes later than that is of the next minute, on a machine that is too busy to send in time.
          const inMinute = answers.filter(({ heardAt }) => heardAt < first.sentAt + MINUTE)
          const refused = inMinute.filter(({ status }) => status === 429)
          const passed = inMinute.filter(({ status }) => status === 200)
          console.info(
            `${whose}: ${passed.length} let through, ${refused.length} refused of ${answers.length}`,
          )
          expect([whose, passed.length, refused.length]).toEqual([whose, limit, inMinute.length - limit])
          expect(inMinute.length).toBeGreaterThan(1.5 * limit)
          for (const { sentAt, heardAt, headers, body } of refused) {
            expect(body.code).toBe('rate-limited')
            const backMs = Number(headers['retry-after']) * 1_000
            // Never before the minute is over, nor a second more than it takes.
            expect(heardAt + backMs).toBeGreaterThanOrEqual(first.sentAt + MINUTE)
            expect(sentAt + backMs).toBeLessThanOrEqual(heardFirst + MINUTE + 1_000)
          }
          if (scaled(true, false)) return
          const last = refused.at(-1)
          await sleep((last?.heardAt ?? 0) + Number(last?.headers['retry-after']) * 1_000 - Date.now())
          expect((await ask(gateway.port, asked(0))).status).toBe(200)
        }),
      )
    },
    scaled(120_000, 180_000),
  )
})
