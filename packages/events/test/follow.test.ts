import { randomUUID } from 'node:crypto'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'

import { broker, changeOf, cleanUp, directly, eventOf, labelOf, natsServer, publishAll } from './world.ts'

let server: Awaited<ReturnType<typeof natsServer>>
beforeEach(async () => {
  server = await natsServer()
})
afterEach(cleanUp)

function follower(subject = 'kitroom.>') {
  const made = broker(server.url)
  const seen: string[] = []
  let gaps = 0
  const subscription = made.follow({
    subject,
    onEvent: (event) => void seen.push(labelOf(event)),
    onGap: () => (gaps += 1),
  })
  const ready = () =>
    until(
      () => gaps,
      (count) => count > 0,
    )
  return { made, seen, subscription, ready, gaps: () => gaps }
}

describe('following', () => {
  it('shows every follower what happens from now on, and no more after it stopped', async () => {
    const maker = broker(server.url)
    await publishAll(maker, [eventOf('old')])
    const followers = [follower(), follower()]
    for (const { ready } of followers) await ready()
    await publishAll(maker, [eventOf('new')])
    for (const { seen } of followers)
      await until(
        () => seen.length,
        (count) => count > 0,
      )
    await followers[0]?.subscription.stop()
    await publishAll(maker, [eventOf('newer')])
    await until(
      () => followers[1]?.seen.length,
      (count) => count === 2,
    )
    expect(followers.map(({ seen }) => seen)).toEqual([['new'], ['new', 'newer']])
  })

  it('only shows its subject', async () => {
    const { seen, ready, made } = follower('kitroom.auth.>')
    await ready()
    await publishAll(made, [eventOf('tag'), changeOf('User', 'user')])
    await until(
      () => seen.length,
      (count) => count > 0,
    )
    expect(seen).toEqual(['user'])
  })

  it('passes over what is no event', async () => {
    const { seen, ready, made } = follower()
    await ready()
    const { nats } = await directly(server.url)
    nats.publish('kitroom.inventory.tag.create', 'not JSON')
    await nats.flush()
    await publishAll(made, [eventOf('good')])
    await until(
      () => seen.length,
      (count) => count > 0,
    )
    expect(seen).toEqual(['good'])
  })

  it('tells of a gap when the connection was away, and goes on', async () => {
    const { seen, ready, made, gaps } = follower()
    await ready()
    await server.kill()
    await until(
      () => made.healthy(),
      (healthy) => !healthy,
    )
    await server.start()
    await until(gaps, (count) => count === 2)
    await publishAll(made, [eventOf('after')])
    await until(
      () => seen.length,
      (count) => count > 0,
    )
    expect(seen).toEqual(['after'])
  })
})

describe('confirmations', () => {
  it('reach one process of the service that made the events, and nobody else', async () => {
    const received: [string, readonly string[]][] = []
    const listen = (service: string, process: string) => {
      const made = broker(server.url)
      made.onConfirmed(service, async (ids) => void received.push([process, ids]))
      return made
    }
    const listeners = [listen('booking', 'one'), listen('booking', 'two'), listen('auth', 'other')]
    const audit = broker(server.url)
    for (const made of [...listeners, audit]) {
      await made.reachable(AbortSignal.timeout(10_000))
      // A round trip: what was subscribed before is known to the broker.
      await made.ensureStream()
    }
    const ids = Array.from({ length: 2_500 }, () => randomUUID())
    audit.confirm('booking', ids)
    const count = () => received.reduce((sum, [, some]) => sum + some.length, 0)
    await until(count, (sum) => sum >= 2_500)
    expect(received.flatMap(([, some]) => some).toSorted()).toEqual(ids.toSorted())
    expect(received.map(([process]) => process)).not.toContain('other')
    expect(Math.max(...received.map(([, some]) => some.length))).toBeLessThanOrEqual(1_000)
  })

  it('are dropped when malformed, when they cannot be worked off, and while the broker is away', async () => {
    const received: (readonly string[])[] = []
    const made = broker(server.url)
    made.onConfirmed('booking', async (ids) => {
      received.push(ids)
      if (received.length === 1) throw new Error('no database')
    })
    await made.reachable(AbortSignal.timeout(10_000))
    await made.ensureStream()
    const { nats } = await directly(server.url)
    nats.publish('kitroom-confirm.booking', 'not JSON')
    nats.publish('kitroom-confirm.booking', '["no id"]')
    // As the broker would deliver it for a consumer that somebody pointed here.
    nats.publish('kitroom-confirm.booking', JSON.stringify([randomUUID()]), {
      reply: '$JS.ACK.KITROOM.spy.1',
    })
    await nats.flush()
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()]
    made.confirm('booking', [first])
    made.confirm('booking', [second])
    await until(
      () => received.length,
      (count) => count === 2,
    )
    expect(received).toEqual([[first], [second]])
    await server.kill()
    await until(
      () => made.healthy(),
      (healthy) => !healthy,
    )
    expect(() => made.confirm('booking', [third])).not.toThrow()
  })
})
