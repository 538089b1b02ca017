import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { ask } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
const MOST = 5

let gateway: RunningGateway
let student: Member

beforeAll(async () => {
  gateway = await runningGateway({ maxInFlight: MOST, maxLoopDelayMs: 60_000 })
  student = await gateway.member(ORG, 'student')
})
afterAll(() => gateway[Symbol.asyncDispose]())

const get = (path: string, token: string | undefined = student.token) =>
  ask(gateway.port, { path, token, org: ORG })

describe('more than is taken on at once for a service (DOS-8)', () => {
  it('hears “not now” before anything is done for it; other services and health go on', async () => {
    const held: ServerResponse[] = []
    gateway.upstreams.answer = (_request, response, { service }) => {
      if (service === 'booking') held.push(response)
      else response.end('{}')
    }
    const waiting = Array.from({ length: MOST }, () => get('/bookings'))
    while (held.length < MOST) await sleep(10)

    const asked = gateway.questions.length
    // Whoever it is: not even the token is looked at.
    for (const token of [student.token, 'x']) {
      const refused = await get('/bookings', token)
      expect(refused.body).toMatchObject({ status: 503, code: 'dependency-unavailable' })
      expect(refused.headers).toMatchObject({ 'retry-after': '1' })
      expect(refused.headers).not.toHaveProperty('ratelimit-remaining')
    }
    expect([held.length, gateway.questions.length]).toEqual([MOST, asked])
    expect((await get('/tags')).status).toBe(200)
    expect((await get('/health/live')).status).toBe(200)

    for (const response of held.splice(0)) response.end('{}')
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200)
    gateway.upstreams.answer = (_request, response) => response.end('{}')
    expect((await get('/bookings')).status).toBe(200)
  })

  it('is not what has been given up: who goes makes room', async () => {
    let arrived = 0
    gateway.upstreams.answer = () => void (arrived += 1)
    const patience = new AbortController()
    const url = `${gateway.url}/bookings`
    const headers = { authorization: `Bearer ${student.token}`, 'x-org-id': ORG }
    const waiting = Array.from({ length: MOST }, () =>
      fetch(url, { headers, signal: patience.signal }).catch(() => 'gone'),
    )
    while (arrived < MOST) await sleep(10)
    expect((await get('/bookings')).status).toBe(503)
    patience.abort()
    expect(await Promise.all(waiting)).toEqual(Array(MOST).fill('gone'))
    gateway.upstreams.answer = (_request, response) => response.end('{}')
    while ((await get('/bookings')).status !== 200) await sleep(10)
  })
})
