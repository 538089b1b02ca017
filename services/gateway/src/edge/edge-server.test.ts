import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'
import { scaled, timeLimit } from '@kitroom/testing'

import { edgeServer } from './edge-server.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The real times take half a minute to be seen. */
const TIMES = scaled({ headersMs: 1_000, requestMs: 2_000, lookMs: 100 }, undefined)
const SLOW = scaled(20, 500)
const [HEADERS_MS, BODY_MS] = [timeLimit(15_000), timeLimit(35_000)]

async function serving() {
  const server = edgeServer(
    (request, response) => {
      const end = () => response.end('done')
      // What has no body has ended already, and tells of no end.
      if (request.readableEnded) end()
      else request.on('end', end).resume()
    },
    silent,
    TIMES,
  )
  const port = await server.listen(0, '127.0.0.1')
  return { port, [Symbol.asyncDispose]: () => server.close() }
}

/** Sends one byte after the other, too slowly to ever come to an end; gives what was heard, and after which time. */
async function slowly(port: number, first: string): Promise<{ heard: string; ms: number }> {
  const began = performance.now()
  const socket: Socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk.toString())).on('error', () => undefined)
  socket.write(first)
  const drip = setInterval(() => socket.write('x'), 300)
  // Not `once`, for which a reset is a failure: being reset is what a slow client may expect.
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(drip)
  return { heard, ms: performance.now() - began }
}

describe('clients that take all the time there is (DOS-1)', () => {
  it('are cut off, headers sooner than bodies, while others are served', async () => {
    await using server = await serving()
    const begun = (first: string) => Array.from({ length: SLOW }, () => slowly(server.port, first))
    const headers = Promise.all(begun('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '))
    const bodies = Promise.all(begun('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n'))

    const cut = new AbortController()
    const all = Promise.all([headers, bodies]).finally(() => cut.abort())
    const took: number[] = []
    while (!cut.signal.aborted) {
      const began = performance.now()
      const [answer] = await once(get({ port: server.port, host: '127.0.0.1', agent: false }), 'response')
      expect(answer.statusCode).toBe(200)
      await answer.toArray()
      took.push(performance.now() - began)
      await sleep(20)
    }
    const [slowHeaders, slowBodies] = await all
    const p99 = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0
    console.info(`${2 * SLOW} slow; ${took.length} others, 99 % of them within ${p99.toFixed(0)} ms`)

    expect(took.length).toBeGreaterThan(10)
    for (const { heard, ms } of slowHeaders) {
      expect(heard).toMatch(/^HTTP\/1\.1 408 .*problem\+json/is)
      expect(ms).toBeLessThan(HEADERS_MS)
    }
    for (const { heard, ms } of slowBodies) {
      expect(heard).toMatch(/^(HTTP\/1\.1 408 .*problem\+json|$)/is)
      expect(ms).toBeLessThan(BODY_MS)
    }
  })
})

describe('a connection that is kept (DOS-1)', () => {
  it('serves a thousand requests, is then told to close, and no request is lost by it', async () => {
    await using server = await serving()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const used = new Map<number | undefined, number>()
    for (let turn = 0; turn < 2_001; turn += 1) {
      const request = get({ port: server.port, host: '127.0.0.1', agent })
      const [answer] = await once(request, 'response')
      const { localPort } = answer.socket
      await answer.toArray()
      expect(answer.statusCode).toBe(200)
      used.set(localPort, (used.get(localPort) ?? 0) + 1)
    }
    agent.destroy()
    expect([...used.values()]).toEqual([1_000, 1_000, 1])
  })
})
