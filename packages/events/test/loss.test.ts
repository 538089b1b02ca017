import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { until } from '@kitroom/testing'

import { broker, cleanUp, directly, eventOf, labelOf, later, natsServer, publishAll } from './world.ts'

let server: Awaited<ReturnType<typeof natsServer>>
beforeEach(async () => {
  server = await natsServer()
})
afterEach(cleanUp)

function recorder() {
  const seen: string[] = []
  return {
    seen,
    consumption: {
      durable: 'survivor',
      subject: 'kitroom.>',
      handle: async (event: EntityChanged) => void seen.push(labelOf(event)),
      deadLetter: () => Promise.reject(new Error('not expected')),
    },
    has: (label: string) =>
      until(
        () => seen,
        (labels) => labels.includes(label),
        20_000,
      ),
  }
}

describe('consuming goes on', () => {
  it('after the stream was deleted, without anything else being done', async () => {
    const made = broker(server.url)
    const { consumption, has } = recorder()
    made.consume(consumption)
    await publishAll(made, [eventOf('before')])
    await has('before')
    const { streams } = await directly(server.url)
    await streams.delete('KITROOM')
    await until(
      () =>
        streams.info('KITROOM').then(
          () => true,
          () => false,
        ),
      Boolean,
    )
    await publishAll(made, [eventOf('after')])
    await has('after')
  })

  it('after only the consumer was deleted', async () => {
    const made = broker(server.url)
    const { consumption, has } = recorder()
    made.consume(consumption)
    await publishAll(made, [eventOf('before')])
    await has('before')
    await (await directly(server.url)).consumers.delete('KITROOM', 'survivor')
    await publishAll(made, [eventOf('after')])
    await has('after')
  })

  it.each([
    ['was killed and came back', false],
    ['was killed and came back with an empty disk', true],
  ])('after the broker %s', async (_name, wiped) => {
    const made = broker(server.url)
    const { consumption, has, seen } = recorder()
    made.consume(consumption)
    await publishAll(made, [eventOf('before')])
    await has('before')
    for (const label of ['first', 'second']) {
      await server.kill()
      await until(
        () => made.healthy(),
        (healthy) => !healthy,
      )
      if (wiped) await server.wipe()
      await server.start()
      await publishAll(made, [eventOf(label)])
      await has(label)
    }
    expect(seen.filter((label) => label === 'second')).toHaveLength(1)
  })

  it('after the broker was killed and came back, though the clock was set back by an hour before', async () => {
    const made = broker(server.url)
    const { consumption, has } = recorder()
    made.consume(consumption)
    await publishAll(made, [eventOf('before')])
    await has('before')
    const rightNow = Date.now
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => rightNow() - 3_600_000)
    later(() => clock.mockRestore())
    await server.kill()
    await until(
      () => made.healthy(),
      (healthy) => !healthy,
    )
    await server.start()
    await publishAll(made, [eventOf('after')])
    await has('after')
  })

  it('when the broker comes up after the service', async () => {
    await server.kill()
    const made = broker(server.url)
    const { consumption, has } = recorder()
    made.consume(consumption)
    expect(made.healthy()).toBe(false)
    await expect(made.ensureStream()).rejects.toThrow('away')
    await server.start()
    await publishAll(made, [eventOf('late')])
    await has('late')
    expect(made.healthy()).toBe(true)
  })
})

describe('a broker connection', () => {
  it('closes at once though NATS was never there', async () => {
    await server.kill()
    const made = broker(server.url)
    made.consume(recorder().consumption)
    const begin = performance.now()
    await made[Symbol.asyncDispose]()
    expect(performance.now() - begin).toBeLessThan(10_000)
  })

  it('closes though NATS has just died', async () => {
    const made = broker(server.url)
    made.consume(recorder().consumption)
    await publishAll(made, [eventOf('before')])
    await server.kill()
    const begin = performance.now()
    await made[Symbol.asyncDispose]()
    expect(performance.now() - begin).toBeLessThan(10_000)
  })

  it('closes though NATS dies before it has taken what was still to be sent', async () => {
    const made = broker(server.url)
    await publishAll(made, [eventOf('before')])
    server.freeze()
    const closed = made[Symbol.asyncDispose]()
    await server.kill()
    await expect(closed).resolves.toBeUndefined()
  })
})
