import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import {
  type Database,
  type DeadLetters,
  deadLetterTable,
  messagingTables,
  openDatabase,
  rolesOf,
} from '@kitroom/database'
import { Failure } from '@kitroom/errors'
import { type TestDatabase, testDatabase } from '@kitroom/testing'
import type { JsMsg } from '@nats-io/jetstream'

import { deliver } from '../src/consuming/deliver.ts'
import { eventOf, labelOf, quiet } from './world.ts'

const going = new AbortController().signal
let store: TestDatabase
let database: Database
let letters: DeadLetters

beforeAll(async () => {
  store = await testDatabase('inventory', [{ name: '20261121000000_messaging', up: messagingTables }])
})
beforeEach(async () => {
  database = openDatabase({ url: store.url, service: 'inventory', entities: [] })
  letters = deadLetterTable({ database, jobRole: rolesOf(store.url).job, consumer: 'lethal' })
  await store.admin('truncate inbox, dead_letter')
})
afterAll(async () => {
  await database.close()
  await store[Symbol.asyncDispose]()
})

/** A message as the broker gives it for the `count`th time, and what became of it. */
function delivery(event: EntityChanged, count: number) {
  const became: string[] = []
  const told = (what: string) => () => void became.push(what)
  const message = {
    subject: event.type,
    data: Buffer.from(JSON.stringify(event)),
    string: () => JSON.stringify(event),
    info: { deliveryCount: count },
    headers: undefined,
    ...{ ack: told('ack'), nak: told('nak'), term: told('term') },
  }
  return { message: message as unknown as JsMsg, became }
}

type Handle = (event: EntityChanged) => Promise<void>
const consumption = (handle: Handle) => ({
  durable: 'lethal',
  subject: 'kitroom.>',
  handle,
  attempts: letters,
  deadLetter: letters.keep,
})
/** Offers it once; what the promise of a handler never comes back from is how a process dies over it. */
async function offered(event: EntityChanged, count: number, handle: Handle): Promise<string> {
  const { message, became } = delivery(event, count)
  const begun = Promise.withResolvers<string>()
  const handling: Handle = (told) => {
    begun.resolve('begun')
    return handle(told)
  }
  const done = deliver([message], consumption(handling), quiet, going).then(() => became.join())
  return handle === dies ? Promise.race([begun.promise, done]) : done
}
const dies: Handle = () => new Promise(() => undefined)
const notes = () => store.admin<{ consumer: string }>('select consumer from inbox order by consumer')
const buried = () => store.admin<{ reason: string }>('select reason from dead_letter')

describe('an event over which the process dies (EVT-9)', () => {
  it('is a dead letter after five deaths that were noted, and is not handled again', async () => {
    const event = eventOf('lethal')
    const became: string[] = []
    for (let count = 1; count <= 14; count++) became.push(await offered(event, count, dies))
    expect(became).toEqual([...Array<string>(13).fill('begun'), 'term'])
    expect(await buried()).toEqual([{ reason: 'Whoever handled it ended over it, 5 times.' }])
  })

  it('is told from one that waits for a database that is away', async () => {
    const event = eventOf('patient')
    const away = openDatabase({ url: store.url.replace(/:\d+\//, ':1/'), service: 'inventory', entities: [] })
    const here = letters
    letters = deadLetterTable({ database: away, jobRole: rolesOf(store.url).job, consumer: 'lethal' })
    for (let count = 1; count <= 40; count++) {
      const unavailable = () => Promise.reject(new Failure('dependency-unavailable', 'The database is away.'))
      expect(await offered(event, count, unavailable)).toBe('nak')
    }
    await away.close()
    letters = here
    expect(await offered(event, 41, async () => undefined)).toBe('ack')
    expect([await notes(), await buried()]).toEqual([[], []])
  })

  it('is told from one whose handler fails for what is away behind it, however often', async () => {
    const event = eventOf('patient')
    for (let count = 1; count <= 40; count++) {
      const unavailable = () => Promise.reject(new Failure('dependency-unavailable', 'A neighbour is away.'))
      expect(await offered(event, count, unavailable)).toBe('nak')
    }
    expect(await offered(event, 41, async () => undefined)).toBe('ack')
    expect([await notes(), await buried()]).toEqual([[], []])
  })

  it('takes none of those with it that came in the same batch', async () => {
    const [bad, one, other] = [eventOf('lethal'), eventOf('a'), eventOf('b')]
    const handled: string[] = []
    const batches = {
      durable: 'lethal',
      subject: 'kitroom.>',
      attempts: letters,
      deadLetter: letters.keep,
      handleBatch: (events: readonly EntityChanged[]) => {
        if (events.some((event) => labelOf(event) === 'lethal')) return dies(bad)
        handled.push(...events.map(labelOf))
        return Promise.resolve()
      },
    }
    for (let count = 1; count <= 13; count++) await offered(bad, count, dies)
    const all = [one, bad, other].map((event) => delivery(event, 14))
    await deliver(
      all.map(({ message }) => message),
      batches,
      quiet,
      going,
    )
    expect(all.map(({ became }) => became.join())).toEqual(['ack', 'term', 'ack'])
    expect(handled).toEqual(['a', 'b'])
  })

  it('costs no note before it has come eight times', async () => {
    expect(await offered(eventOf('usual'), 8, dies)).toBe('begun')
    expect(await notes()).toEqual([])
  })
})
