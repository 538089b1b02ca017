import { once } from 'node:events'
import { Agent, get } from 'node:http'

import { describe, expect, it } from '@jest/globals'

import { ask } from './client.ts'
import { runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'

describe('a gateway that is told to stop', () => {
  it('is not ready at once, finishes what runs, closes kept connections and takes no new ones', async () => {
    await using gateway = await runningGateway({ drainSeconds: 1 })
    const { token } = await gateway.member(ORG, 'student')
    const agent = new Agent({ keepAlive: true })
    const arrived = Promise.withResolvers<() => void>()
    gateway.upstreams.answer = (_request, response) => arrived.resolve(() => response.end('done'))

    const headers = { authorization: `Bearer ${token}`, 'x-org-id': ORG }
    const running = once(
      get({ port: gateway.port, host: '127.0.0.1', path: '/tags', agent, headers }),
      'response',
    )
    const finish = await arrived.promise
    const stopped = gateway.stop()
    for (const path of ['/health', '/health/ready']) {
      const answer = await ask(gateway.port, { path })
      expect(answer.body).toMatchObject({ status: 503, detail: 'The gateway is stopping.' })
    }
    const still = await fetch(`${gateway.url}/health/live`)
    expect([still.status, still.headers.get('connection')]).toEqual([200, 'close'])

    let open = true
    while (open) {
      open = await ask(gateway.port, { path: '/health/live' }).then(
        () => true,
        () => false,
      )
    }
    finish()
    const [response] = await running
    expect(response.statusCode).toBe(200)
    expect(response.headers.connection).toBe('close')
    expect((await response.toArray()).toString()).toBe('done')
    await stopped
    agent.destroy()
  })
})
