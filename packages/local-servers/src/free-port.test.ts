import { once } from 'node:events'
import { createServer } from 'node:net'

import { describe, expect, it } from '@jest/globals'

import { freePorts, onFreePort } from './free-port.ts'

describe('free ports', () => {
  it('are all different, can be listened on, and lie below those the system gives by itself', async () => {
    const ports = await freePorts(50)
    expect(new Set(ports).size).toBe(50)
    expect(Math.max(...ports)).toBeLessThan(32_768)
    const server = createServer().listen(ports[0], '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })

  it('are not given again while whoever got them may not listen yet', async () => {
    const given: number[] = []
    for (let call = 0; call < 100; call += 1) given.push(...(await freePorts(10)))
    expect(new Set(given).size).toBe(1000)
  })
})

describe('starting on a free port', () => {
  it('tries another port when somebody was quicker', async () => {
    const tried: number[] = []
    const started = await onFreePort(async (port) => {
      tried.push(port)
      if (tried.length < 3) throw new Error('bind: address already in use')
      return port
    })
    expect(tried).toHaveLength(3)
    expect(started).toBe(tried[2])
  })

  it('passes on every other failure at once', async () => {
    let attempts = 0
    const starting = onFreePort(async () => {
      attempts += 1
      throw new Error('no disk')
    })
    await expect(starting).rejects.toThrow('no disk')
    expect(attempts).toBe(1)
  })
})
