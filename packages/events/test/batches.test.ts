import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'
import { until } from '@kitroom/testing'

import type { Broker } from '../src/index.ts'
import {
  allSettled,
  broker,
  cleanUp,
  eventOf,
  labelOf,
  labels,
  letters,
  natsServer,
  publishAll,
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
    expect(performance.now() - begin).toBeLessThan(4_000)
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
    await allSettled(url, 'mixed')
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
      () => sizes.length,
      (count) => count > 0,
    )
    await allSettled(url, 'away')
    expect(sizes.slice(1).reduce((sum, size) => sum + size, 0)).toBe(10)
  })
})
