import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { wireOf } from '../src/protos.ts'
import { client, inventoryServer } from './world.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

const question = { org_id: 'org-1', unit_ids: ['unit-1'] }

/** Accepts connections and cuts the first `cuts` of them, then hands on to the server. */
async function flakyWayTo(port: number, cuts: number) {
  const sockets = new Set<Socket>()
  let connections = 0
  const proxy = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (connections <= cuts) {
      // After the HTTP/2 preface and the first request have come in.
      socket.once('data', () => setTimeout(() => socket.destroy(), 20))
      return
    }
    const onward = connect(port, '127.0.0.1')
    onward.on('error', () => undefined)
    sockets.add(onward)
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
  return { address: `127.0.0.1:${address.port}`, connections: () => connections, close }
}

describe('an outage', () => {
  it('of a moment is hidden from the caller by a retry', async () => {
    const server = await inventoryServer({ batchGetUnits: async () => ({ units: [] }) })
    const way = await flakyWayTo(server.port, 1)
    const units = client('Inventory', way.address, { timeoutMs: 10_000 })
    open.push(server, way, units)
    expect(await units.batchGetUnits(question)).toEqual({ units: [] })
    expect(way.connections()).toBe(2)
  })

  it.each([
    ['every tenth', 10, 200],
    ['every second', 2, 1],
    ['every', 1, 0],
  ])('that meets %s try makes little more tries than there are calls (FLT-10)', async (_, nth, answered) => {
    let tries = 0
    // As whatever stands before a service says it, which knows nothing of our trailers.
    const server = new Server()
    server.addService(wireOf('Inventory'), {
      BatchGetUnits: (_call: unknown, reply: (error: object | null, answer?: object) => void) => {
        tries += 1
        if (tries % nth === 0) reply({ code: status.UNAVAILABLE })
        else reply(null, { units: [] })
      },
    })
    const port = await promisify(server.bindAsync.bind(server))(
      '127.0.0.1:0',
      ServerCredentials.createInsecure(),
    )
    const units = client('Inventory', `127.0.0.1:${port}`, { timeoutMs: 10_000 })
    open.push({ close: () => server.forceShutdown() }, units)
    const outcomes = []
    for (let calls = 0; calls < 200; calls++)
      outcomes.push(...(await Promise.allSettled([units.batchGetUnits(question)])))
    expect(outcomes.filter(({ status: outcome }) => outcome === 'fulfilled').length).toBeGreaterThanOrEqual(
      answered,
    )
    console.info(`${tries} tries of 200 calls`)
    expect(tries).toBeLessThanOrEqual(240)
  })

  it('is told when nobody listens', async () => {
    const server = await inventoryServer({})
    await server.close()
    const units = client('Inventory', server.address)
    open.push(units)
    await expect(units.batchGetUnits(question)).rejects.toMatchObject({ code: 'dependency-unavailable' })
  })

  it('opens the breaker, and the calls that follow are refused without waiting', async () => {
    let calls = 0
    const server = await inventoryServer({
      batchGetUnits: async (_request, { signal }) => {
        calls += 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { units: [] }
      },
    })
    const units = client('Inventory', server.address, { timeoutMs: 100 })
    open.push(server, units)
    for (let n = 0; n < 5; n += 1) await expect(units.batchGetUnits(question)).rejects.toBeInstanceOf(Failure)
    expect(units.lines).toEqual([['warn', { dependency: 'Inventory' }, 'breaker open']])
    await expect(units.batchGetUnits(question)).rejects.toMatchObject({
      code: 'dependency-unavailable',
      retryAfterSeconds: 5,
    })
    expect(calls).toBe(5)
  })

  it('is not what a refusal is: the breaker stays closed', async () => {
    const server = await inventoryServer({
      batchGetUnits: () =>
        Promise.reject(new Failure('not-found', 'There is no such unit in this organisation.')),
    })
    const units = client('Inventory', server.address)
    open.push(server, units)
    for (let n = 0; n < 20; n += 1) {
      await expect(units.batchGetUnits(question)).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(units.lines).toEqual([])
  })

  it('is over for the client as soon as the server is back', async () => {
    const first = await inventoryServer({ batchGetUnits: async () => ({ units: [] }) })
    const units = client('Inventory', first.address)
    open.push(units)
    await units.batchGetUnits(question)
    await first.close()
    await expect(units.batchGetUnits(question)).rejects.toBeInstanceOf(Failure)
    open.push(await inventoryServer({ batchGetUnits: async () => ({ units: [] }) }, first.port))
    const end = performance.now() + 20_000
    let answered = false
    while (!answered && performance.now() < end) {
      answered = await units.batchGetUnits(question, { deadline: performance.now() + 200 }).then(
        () => true,
        () => false,
      )
      if (!answered) await sleep(50)
    }
    expect(answered).toBe(true)
  })
})
