import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { scaled, timeLimit, until } from '@kitroom/testing'

import { type Broker, redrive } from '../src/index.ts'
import {
  allSettled,
  broker,
  cleanUp,
  directly,
  eventOf,
  labelOf,
  letters,
  natsServer,
  publishAll,
  SUBJECT,
} from './world.ts'

let url = ''
let maker: Broker
beforeEach(async () => {
  url = (await natsServer()).url
  maker = broker(url)
})
afterEach(cleanUp)

const publish = (...names: string[]) =>
  publishAll(
    maker,
    names.map((name) => eventOf(name)),
  )

describe('a message that is no event', () => {
  it.each([
    ['no JSON', 'this is not JSON'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['empty', ''],
    ['another kind of event', JSON.stringify({ specversion: '1.0', hello: 'world' })],
    ['nested 50,000 deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    [
      'an event with a snapshot nested 20,000 deep',
      JSON.stringify(eventOf('x')).replace(
        '"after":{',
        `"after":{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)},`,
      ),
    ],
    ['of no organisation', JSON.stringify({ ...eventOf('x'), orgid: undefined })],
    [
      'of another type than its subject',
      JSON.stringify({ ...eventOf('x'), type: 'kitroom.auth.user.create' }),
    ],
  ])('because it is %s becomes a dead letter at once, and the others do not wait', async (_name, payload) => {
    const { buried, deadLetter } = letters()
    const seen: string[] = []
    await publishAll(maker, [])
    const { publish: publishRaw } = await directly(url)
    await publishRaw(SUBJECT, payload)
    await publish('good')
    maker.consume({
      durable: 'poison',
      subject: 'kitroom.>',
      deadLetter,
      handle: async (event) => void seen.push(labelOf(event)),
    })
    await until(
      () => [buried.length, seen.length],
      ([bad, good]) => bad === 1 && good === 1,
    )
    expect(buried[0]?.[0]).toMatchObject({ subject: SUBJECT, attempts: 1 })
    await allSettled(url, 'poison')
    expect(buried).toHaveLength(1)
  })

  it('comes again until the dead letter could be stored', async () => {
    let tries = 0
    await publishAll(maker, [])
    await (await directly(url)).publish(SUBJECT, 'poison')
    maker.consume({
      durable: 'poison',
      subject: 'kitroom.>',
      handle: async () => undefined,
      deadLetter: async () => {
        tries += 1
        if (tries < 3) throw new Error('no table')
      },
    })
    await until(
      () => tries,
      (count) => count === 3,
    )
    await allSettled(url, 'poison')
  })

  it('among a hundred good ones holds up none, and all of it can be redriven (EVT-9)', async () => {
    const { buried, deadLetter } = letters()
    const [good, took] = [new Map<string, number>(), [] as number[]]
    const refused = new Set<string>()
    let isMended = false
    const consumption = {
      durable: 'poison',
      subject: 'kitroom.>',
      maxDeliver: 1,
      deadLetter,
      handle: async (event: EntityChanged) => {
        if (labelOf(event).startsWith('bad') && !isMended) {
          refused.add(labelOf(event))
          throw new Error('not yet')
        }
        took.push(performance.now() - (good.get(labelOf(event)) ?? performance.now()))
      },
    }
    await publishAll(maker, [])
    maker.consume(consumption)
    const { publish: publishRaw } = await directly(url)
    const count = scaled(500, 10_000)
    const poison = [
      'no JSON',
      new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
      '{"specversion":"1.0"}',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      JSON.stringify({ ...eventOf('x'), source: 'intruder' }),
    ]
    let bad = 0
    for (let n = 0; n < count; n++) {
      if (n % 100 === 50) await publishRaw(SUBJECT, poison[bad++ % poison.length])
      if (n % 100 === 75) await publishAll(maker, [eventOf(`bad${n}`)])
      good.set(`e${n}`, performance.now())
      await publishRaw(SUBJECT, JSON.stringify(eventOf(`e${n}`)))
    }
    await until(
      () => took.length,
      (handled) => handled === count,
      60_000,
    )
    await until(
      () => buried.length,
      (found) => found === bad + refused.size,
      60_000,
    )
    const late = took.toSorted((a, b) => a - b)[Math.ceil(count * 0.99) - 1] ?? 0
    console.log(`${count} events among ${buried.length} bad ones, p99 ${Math.round(late)} ms`)
    expect(late).toBeLessThan(timeLimit(2_000))

    isMended = true
    const waiting = new Map(buried.map(([message], n) => [String(n).padStart(6, '0'), message]))
    const still: string[] = []
    const counts = await redrive([consumption], () => ({
      waiting: async (after = '', limit) =>
        [...waiting]
          .filter(([id]) => id > after)
          .slice(0, limit)
          .map(([id, { subject, payload }]) => ({ id, subject, payload })),
      redriven: async (id) => void waiting.delete(id),
      stillRefused: async (id) => void still.push(id),
    }))
    expect(counts).toEqual({ redriven: refused.size, refused: bad })
    expect(still).toHaveLength(bad)
  }, 200_000)
})
