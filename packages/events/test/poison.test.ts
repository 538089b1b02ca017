import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import type { Broker } from '../src/index.ts'
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
})
