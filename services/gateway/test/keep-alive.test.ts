import { Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'
import { listTags } from '@kitroom/contracts'
import { httpServer, ok, on } from '@kitroom/http'
import { scaled, seededRandom } from '@kitroom/testing'

import { runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'

/** The times that matter, 20 and 65 s, are only waited for in the full form. */
const [CLIENTS, REQUESTS, SHORTEST_MS, LONGEST_MS] = scaled([10, 130, 50, 800], [60, 2_000, 4_000, 70_000])

describe('a connection that is kept (DOS-2)', () => {
  it('is never closed by one side just as the other sends', async () => {
    const page = { data: [], total: 0, page: 1, limit: 20, has_next: false, next_cursor: null }
    const service = httpServer({
      routes: [on(listTags, () => Promise.resolve(page), ok)],
      statements: {
        verify: () =>
          Promise.resolve({
            session: { userId: ORG, sessionId: ORG },
            member: { orgId: ORG, roles: ['student'] as const },
          }),
      },
      ready: () => Promise.resolve(true),
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    })
    const inventoryUrl = `http://127.0.0.1:${await service.listen(0, '127.0.0.1')}`
    await using gateway = await runningGateway({ inventoryUrl })
    const { token } = await gateway.member(ORG, 'student')
    const agent = new Agent({ keepAlive: true })
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'x-org-id': ORG }
        const options = { port: gateway.port, host: '127.0.0.1', path: '/tags', agent, headers }
        const read = (response: IncomingMessage) =>
          response.on('end', () => resolve(response.statusCode ?? 0)).resume()
        get(options, read).on('error', reject)
      })

    const random = seededRandom()
    const heard: number[] = []
    const client = async () => {
      while (heard.length < REQUESTS) {
        for (let burst = 1 + random.below(5); burst > 0; burst--) heard.push(await ask())
        await sleep(SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS))
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    console.info(`seed ${random.seed}: ${heard.length} requests with pauses`)
    expect(new Set(heard)).toEqual(new Set([200]))
    agent.destroy()
    await service.close()
  }, 900_000)
})
