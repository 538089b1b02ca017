import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { clockOffBy, until } from '@kitroom/testing'

import { type Broker, type Outbox, startRelay } from '../src/index.ts'
import { outboxInMemory } from './outbox-in-memory.ts'
import { broker, cleanUp, directly, eventOf, labelOf, labels, later, natsServer, quiet } from './world.ts'

let server: Awaited<ReturnType<typeof natsServer>>
let made: Broker
beforeEach(async () => {
  server = await natsServer()
  made = broker(server.url)
})
afterEach(cleanUp)

const HOUR = 3_600_000

const events = (names: readonly string[]) => names.map((name) => eventOf(name))

function relay(outbox: Outbox, through = made) {
  const running = startRelay({ service: 'inventory', broker: through, outbox, logger: quiet })
  later(() => running.stop())
  return running
}

/** An audit service: stores every event once, and confirms it. */
function audit(through = made) {
  const stored = new Map<string, string>()
  let deliveries = 0
  const subscription = through.consume({
    durable: 'audit',
    subject: 'kitroom.>',
    deadLetter: () => Promise.reject(new Error('not expected')),
    handleBatch: async (batch) => {
      deliveries += batch.length
      for (const event of batch) stored.set(event.id, labelOf(event))
      through.confirm(
        'inventory',
        batch.map(({ id }) => id),
      )
    },
  })
  return { stored, deliveries: () => deliveries, subscription }
}

async function streamed(): Promise<string[]> {
  const { streams } = await directly(server.url)
  const { state } = await streams.info('KITROOM')
  const messages = await Promise.all(
    Array.from({ length: state.messages }, (_, n) =>
      streams.getMessage('KITROOM', { seq: state.first_seq + n }),
    ),
  )
  return messages.map((message) => labelOf(message?.json() as Parameters<typeof labelOf>[0]))
}

/** Without what was sent again, which whoever begins to relay does with all that nobody confirmed. */
const once = (sent: readonly string[]) => [...new Set(sent)]

describe('the relay', () => {
  it('publishes everything once, in the order it was written', async () => {
    const { outbox, add, unpublished } = outboxInMemory()
    const names = labels(1_200)
    add(events(names.slice(0, 1_000)))
    relay(outbox)
    add(events(names.slice(1_000)))
    await until(unpublished, (count) => count === 0)
    expect(await streamed()).toEqual(names)
  })

  it('publishes within a moment when it is woken', async () => {
    const { outbox, add, unpublished, looks } = outboxInMemory()
    relay(outbox)
    await until(looks, (count) => count >= 2)
    // One quick time out of five shows it: without the bell each would take until the next look, half a second off.
    const took: number[] = []
    for (const label of labels(5)) {
      const begin = performance.now()
      add(events([label]))
      await until(unpublished, (count) => count === 0)
      took.push(performance.now() - begin)
    }
    expect(Math.min(...took)).toBeLessThan(200)
  })

  it('publishes though nobody wakes it', async () => {
    const { outbox, add, unpublished, looks, cutBell } = outboxInMemory()
    cutBell()
    relay(outbox)
    await until(looks, (count) => count >= 2)
    add(events(['unannounced']))
    await until(unpublished, (count) => count === 0)
  })

  it('looks about twice a second when there is nothing to do', async () => {
    const { outbox, looks } = outboxInMemory()
    relay(outbox)
    await until(looks, (count) => count >= 1)
    const [before, began] = [looks(), performance.now()]
    await sleep(2_000)
    expect(looks() - before).toBeLessThanOrEqual(1 + (performance.now() - began) / 500)
  })

  it('is one process at a time, and another takes over within five seconds', async () => {
    const { outbox, add, unpublished } = outboxInMemory()
    const leaders: string[] = []
    const candidate = (name: string): Outbox => ({
      ...outbox,
      lead: async () => {
        const lease = await outbox.lead()
        if (lease) leaders.push(name)
        return lease
      },
    })
    const first = relay(candidate('first'))
    await until(
      () => leaders.length,
      (count) => count === 1,
    )
    relay(candidate('second'), broker(server.url))
    add(events(labels(10, 'a')))
    await until(unpublished, (count) => count === 0)
    await first.stop()
    add(events(labels(10, 'b')))
    await until(unpublished, (count) => count === 0, 5_000)
    expect(leaders).toEqual(['first', 'second'])
    expect(once(await streamed())).toEqual([...labels(10, 'a'), ...labels(10, 'b')])
  })

  it('leads anew when its lease is lost', async () => {
    const { outbox, add, unpublished, breakLease } = outboxInMemory()
    relay(outbox)
    add(events(labels(10, 'a')))
    await until(unpublished, (count) => count === 0)
    breakLease()
    add(events(labels(10, 'b')))
    await until(unpublished, (count) => count === 0, 5_000)
    expect(once(await streamed())).toEqual([...labels(10, 'a'), ...labels(10, 'b')])
  })

  it('goes on after the database failed', async () => {
    const { outbox, add, unpublished } = outboxInMemory()
    let failures = 3
    const flaky: Outbox = {
      ...outbox,
      lead: async () => {
        failures -= 1
        if (failures >= 0) throw new Error('no database')
        return outbox.lead()
      },
    }
    relay(flaky)
    add(events(['patient']))
    await until(unpublished, (count) => count === 0)
  })

  it('waits while the broker is away, without a busy loop, and marks nothing', async () => {
    const { outbox, add, unpublished, looks } = outboxInMemory()
    relay(outbox)
    add(events(['before']))
    await until(unpublished, (count) => count === 0)
    await server.kill()
    add(events(labels(20)))
    await until(
      () => made.healthy(),
      (healthy) => !healthy,
    )
    const [before, began] = [looks(), performance.now()]
    await sleep(2_000)
    expect(unpublished()).toBe(20)
    expect(looks() - before).toBeLessThan((performance.now() - began) / 200)
    await server.start()
    await until(unpublished, (count) => count === 0)
    expect(once(await streamed())).toEqual(['before', ...labels(20)])
  })
})

describe('an event', () => {
  it('is finished when the audit has confirmed it', async () => {
    const { outbox, add, unconfirmed } = outboxInMemory()
    const { stored } = audit()
    relay(outbox)
    add(events(labels(300)))
    await until(unconfirmed, (count) => count === 0)
    expect([...stored.values()]).toEqual(labels(300))
  })

  it('is sent again, past the broker’s memory of duplicates, until it is confirmed', async () => {
    const { outbox, rows, add, unpublished, unconfirmed } = outboxInMemory({ speed: 100 })
    relay(outbox)
    add(events(labels(5)))
    await until(unpublished, (count) => count === 0)
    const { streams } = await directly(server.url)
    await streams.purge('KITROOM')
    const { stored } = audit()
    await until(unconfirmed, (count) => count === 0, 20_000)
    expect([...stored.values()].toSorted()).toEqual(labels(5))
    expect(Math.max(...rows.map(({ attempt }) => attempt))).toBeGreaterThan(0)
  })

  it('is sent again until it is confirmed, though the clock was set back meanwhile', async () => {
    const { outbox, add, unpublished, unconfirmed } = outboxInMemory({ speed: 100 })
    const rightNow = Date.now
    jest.spyOn(Date, 'now').mockImplementation(() => rightNow() + HOUR)
    relay(outbox)
    add(events(labels(5)))
    await until(unpublished, (count) => count === 0)
    jest.restoreAllMocks()
    const { streams } = await directly(server.url)
    await streams.purge('KITROOM')
    const { stored } = audit()
    await until(unconfirmed, (count) => count === 0, 20_000)
    expect([...stored.values()].toSorted()).toEqual(labels(5))
  })

  it('is sent again when the stream has lost its end, though the clock is behind', async () => {
    const { outbox, add, rows, unpublished } = outboxInMemory()
    let isLost = false
    const through: Broker = {
      ...made,
      async publish(...sent) {
        const stored = await made.publish(...sent)
        if (!isLost) return stored
        isLost = false
        return { ...stored, sequence: 1 }
      },
    }
    relay(outbox, through)
    add(events(labels(5)))
    await until(unpublished, (count) => count === 0)
    jest.useFakeTimers(clockOffBy(-HOUR))
    later(() => jest.useRealTimers())
    isLost = true
    add(events(['after']))
    await until(
      () => rows.filter(({ attempt }) => attempt > 0).length,
      (count) => count >= 5,
    )
  })

  it('is confirmed soon after the broker was away, although what the audit said before was not heard', async () => {
    const { outbox, add, unconfirmed } = outboxInMemory()
    const stored = new Set<string>()
    let heard = false
    made.consume({
      durable: 'audit',
      subject: 'kitroom.>',
      deadLetter: () => Promise.reject(new Error('not expected')),
      handleBatch: async (batch) => {
        for (const event of batch) stored.add(event.id)
        if (heard) {
          made.confirm(
            'inventory',
            batch.map(({ id }) => id),
          )
        }
      },
    })
    relay(outbox)
    add(events(labels(50)))
    await until(
      () => stored.size,
      (count) => count === 50,
    )
    await server.kill()
    heard = true
    await server.start()
    const back = performance.now()
    await until(unconfirmed, (count) => count === 0, 25_000)
    console.log(`confirmed ${Math.round(performance.now() - back)} ms after the broker was back`)
  })

  it('survives the loss of the stream, confirmed or not', async () => {
    const { outbox, add, unconfirmed } = outboxInMemory()
    const first = audit()
    relay(outbox)
    add(events(labels(50, 'confirmed')))
    await until(unconfirmed, (count) => count === 0)
    await first.subscription.stop()
    add(events(labels(50, 'waiting')))
    const { streams } = await directly(server.url)
    await until(
      async () => (await streams.info('KITROOM')).state.messages,
      (count) => count === 100,
    )
    await streams.delete('KITROOM')

    const behind: string[] = []
    made.consume({
      durable: 'behind',
      subject: 'kitroom.>',
      handle: async (event) => void behind.push(labelOf(event)),
      deadLetter: () => Promise.reject(new Error('not expected')),
    })
    const second = audit()
    await until(unconfirmed, (count) => count === 0, 20_000)
    await until(
      () => new Set(behind).size,
      (count) => count === 100,
      20_000,
    )
    expect(new Set([...first.stored.values(), ...second.stored.values()]).size).toBe(100)
  })

  it('survives a broker that comes back with an empty disk under load', async () => {
    const { outbox, add, unconfirmed, rows } = outboxInMemory()
    const { stored } = audit()
    relay(outbox)
    const load = (async () => {
      for (let n = 0; n < 100; n += 1) {
        add(events(labels(10, `round${n}-`)))
        await sleep(20)
      }
    })()
    await sleep(500)
    await server.kill()
    await server.wipe()
    await server.start()
    await load
    await until(unconfirmed, (count) => count === 0, 30_000)
    expect(rows).toHaveLength(1_000)
    expect(stored.size).toBe(1_000)
  })
})
