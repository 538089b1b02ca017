import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import type { Broker, RawMessage } from '../src/index.ts'
import {
  broker,
  cleanUp,
  directly,
  eventOf,
  labelOf,
  labels,
  natsServer,
  publishAll,
  SUBJECT,
  until,
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

function letters() {
  const buried: [RawMessage, string][] = []
  return {
    buried,
    deadLetter: async (message: RawMessage, reason: string) => void buried.push([message, reason]),
  }
}

const pendingOf = async (durable: string) => {
  const { num_pending, num_ack_pending } = await (await directly(url)).consumers.info('KITROOM', durable)
  return num_pending + num_ack_pending
}

describe('consuming one by one', () => {
  it('hands over every event once, in order, also those from before it began', async () => {
    const names = labels(200)
    await publish(...names.slice(0, 100))
    const seen: string[] = []
    maker.consume({
      durable: 'all',
      subject: 'kitroom.>',
      handle: async (event) => void seen.push(labelOf(event)),
      ...letters(),
    })
    await until(
      () => seen.length,
      (count) => count === 100,
    )
    await publish(...names.slice(100))
    await until(
      () => seen.length,
      (count) => count >= 200,
    )
    await until(
      () => pendingOf('all'),
      (pending) => pending === 0,
    )
    expect(seen).toEqual(names)
  })

  it('only sees its subject', async () => {
    const seen: string[] = []
    const consumption = { durable: 'bookings', subject: 'kitroom.booking.>', ...letters() }
    maker.consume({ ...consumption, handle: async (event) => void seen.push(labelOf(event)) })
    await publish('inventory-event')
    await publishAll(maker, [
      eventOf('booking-event', { type: 'kitroom.booking.booking.create', source: 'booking' }),
    ])
    await until(
      () => seen.length,
      (count) => count > 0,
    )
    expect(seen).toEqual(['booking-event'])
  })

  it('offers an event again, with a growing count, until the handler succeeds; the others do not wait', async () => {
    const attempts: number[] = []
    const seen: string[] = []
    maker.consume({
      durable: 'retry',
      subject: 'kitroom.>',
      ...letters(),
      handle: async (event, { attempt }) => {
        if (labelOf(event) !== 'bad') return void seen.push(labelOf(event))
        attempts.push(attempt)
        if (attempt < 3) throw new Error('not yet')
        seen.push('bad')
      },
    })
    await publish('bad', 'good')
    await until(
      () => seen.length,
      (count) => count === 2,
    )
    expect(seen).toEqual(['good', 'bad'])
    expect(attempts).toEqual([1, 2, 3])
    await until(
      () => pendingOf('retry'),
      (pending) => pending === 0,
    )
  })

  it('makes a dead letter of what fails every time, with the reason', async () => {
    const { buried, deadLetter } = letters()
    const handle = () => Promise.reject(new Error('the unit does not exist'))
    maker.consume({ durable: 'hopeless', subject: 'kitroom.>', maxDeliver: 2, handle, deadLetter })
    const event = eventOf('e0')
    await publishAll(maker, [event])
    await until(
      () => buried.length,
      (count) => count > 0,
    )
    expect(buried).toEqual([
      [{ subject: SUBJECT, payload: JSON.stringify(event), attempts: 2 }, 'the unit does not exist'],
    ])
    await until(
      () => pendingOf('hopeless'),
      (pending) => pending === 0,
    )
  })

  it('never gives an event up because something is away', async () => {
    const { buried, deadLetter } = letters()
    let calls = 0
    maker.consume({
      durable: 'patient',
      subject: 'kitroom.>',
      maxDeliver: 1,
      deadLetter,
      handle: async () => {
        calls += 1
        if (calls <= 3) throw new Failure('dependency-unavailable', 'The database is away.')
      },
    })
    await publish('e0')
    await until(
      () => calls,
      (count) => count === 4,
    )
    await until(
      () => pendingOf('patient'),
      (pending) => pending === 0,
    )
    expect(buried).toEqual([])
  })

  it('goes on where it stopped, in whatever process', async () => {
    const seen: string[] = []
    const consumption = {
      durable: 'moving',
      subject: 'kitroom.>',
      ...letters(),
      handle: async (event: Parameters<typeof labelOf>[0]) => void seen.push(labelOf(event)),
    }
    const first = maker.consume(consumption)
    await publish(...labels(50, 'a'))
    await until(
      () => seen.length,
      (count) => count > 0,
    )
    await first.stop()
    await publish(...labels(50, 'b'))
    broker(url).consume(consumption)
    await until(
      () => seen.length,
      (count) => count >= 100,
    )
    expect(seen.toSorted()).toEqual([...labels(50, 'a'), ...labels(50, 'b')].toSorted())
  })

  it('lets the event at hand finish when it stops, and gives back the rest at once', async () => {
    const seen: string[] = []
    const begun = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const consumption = { durable: 'stopping', subject: 'kitroom.>', ...letters() }
    await publish(...labels(5))
    const first = maker.consume({
      ...consumption,
      handle: async (event) => {
        begun.resolve()
        await goOn.promise
        seen.push(labelOf(event))
      },
    })
    await begun.promise
    const stopped = first.stop()
    goOn.resolve()
    await stopped
    const atStop = seen.length
    broker(url).consume({ ...consumption, handle: async (event) => void seen.push(labelOf(event)) })
    await until(
      () => seen.length,
      (count) => count >= 5,
      5_000,
    )
    expect(atStop).toBeLessThan(5)
    expect(seen.toSorted()).toEqual(labels(5))
  })
})

describe('a message that is no event', () => {
  it.each([
    ['no JSON', 'this is not JSON'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['empty', ''],
    ['another kind of event', JSON.stringify({ specversion: '1.0', hello: 'world' })],
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
    await until(
      () => pendingOf('poison'),
      (pending) => pending === 0,
    )
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
    await until(
      () => pendingOf('poison'),
      (pending) => pending === 0,
    )
  })
})

describe('consuming in batches', () => {
  it('hands over what has come, in order and never more than the batch', async () => {
    const batches: string[][] = []
    await publish(...labels(250))
    maker.consume({
      durable: 'batches',
      subject: 'kitroom.>',
      batch: 40,
      ...letters(),
      handleBatch: async (events) => void batches.push(events.map(labelOf)),
    })
    await until(
      () => batches.flat().length,
      (count) => count >= 250,
    )
    expect(batches.flat()).toEqual(labels(250))
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(40)
    expect(batches.length).toBeLessThan(50)
  })

  it('does not wait for a batch to fill', async () => {
    const seen: string[] = []
    maker.consume({
      durable: 'quick',
      subject: 'kitroom.>',
      ...letters(),
      handleBatch: async (events) => void seen.push(...events.map(labelOf)),
    })
    await publish('first')
    await until(
      () => seen.length,
      (count) => count === 1,
    )
    const begin = performance.now()
    await publish('second')
    await until(
      () => seen.length,
      (count) => count === 2,
    )
    expect(performance.now() - begin).toBeLessThan(500)
  })

  it('offers the events of a batch that failed one by one, so that one bad event holds up no other', async () => {
    const { buried, deadLetter } = letters()
    const stored: string[] = []
    await publish('a', 'bad', 'b', 'c')
    maker.consume({
      durable: 'mixed',
      subject: 'kitroom.>',
      maxDeliver: 2,
      deadLetter,
      handleBatch: async (events) => {
        if (events.some((event) => labelOf(event) === 'bad')) throw new Error('refused')
        stored.push(...events.map(labelOf))
      },
    })
    await until(
      () => buried.length,
      (count) => count === 1,
    )
    expect(stored).toEqual(['a', 'b', 'c'])
    await until(
      () => pendingOf('mixed'),
      (pending) => pending === 0,
    )
  })

  it('keeps a batch together when something is away', async () => {
    const sizes: number[] = []
    await publish(...labels(10))
    maker.consume({
      durable: 'away',
      subject: 'kitroom.>',
      maxDeliver: 1,
      deadLetter: () => Promise.reject(new Error('not expected')),
      handleBatch: async (events) => {
        sizes.push(events.length)
        if (sizes.length === 1) throw new Failure('dependency-unavailable', 'The database is away.')
      },
    })
    await until(
      () => pendingOf('away').catch(() => -1),
      (pending) => pending === 0,
    )
    expect(sizes.slice(1).reduce((sum, size) => sum + size, 0)).toBe(10)
  })
})
