import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'
import { until } from '@kitroom/testing'

import type { Broker } from '../src/index.ts'
import {
  allSettled,
  broker,
  changeOf,
  cleanUp,
  eventOf,
  labelOf,
  labels,
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
    await allSettled(url, 'all')
    expect(seen).toEqual(names)
  })

  it('only sees its subject', async () => {
    const seen: string[] = []
    const consumption = { durable: 'bookings', subject: 'kitroom.booking.>', ...letters() }
    maker.consume({ ...consumption, handle: async (event) => void seen.push(labelOf(event)) })
    await publish('inventory-event')
    await publishAll(maker, [changeOf('Booking', 'booking-event')])
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
    await allSettled(url, 'retry')
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
    await allSettled(url, 'hopeless')
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
    await allSettled(url, 'patient')
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
