import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ENDPOINTS } from '@kitroom/contracts'

import { complaintAbout, misjudged } from './bad-input/misjudged.ts'
import { enrol, foundOrganization, type Person } from './client.ts'
import { journey } from './contract/journey.ts'
import { faultsInPairs } from './contract/order-trials.ts'
import { strictCalls } from './contract/strict-calls.ts'
import { bodiesFor, someThings, type Things } from './samples.ts'
import { storedRows } from './stored-rows.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { type Wire, wire } from './wire.ts'

let system: TestSystem
let client: Wire
let admin: Person
let student: Person
let stranger: Person
let things: Things

beforeAll(async () => {
  system = await testSystem()
  client = wire(system.url)
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University')
  ;[student, stranger] = await Promise.all([
    enrol(system.url, admin, 'student'),
    foundOrganization(system.url, system.bootstrapToken, 'Elsewhere'),
  ])
  things = await someThings(admin, student)
}, 120_000)
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
}, 60_000)

describe('every operation', () => {
  it('answers as it declares, to the last field, with its place and version', async () => {
    const { call, heard } = strictCalls(client)
    await journey(call, system.bootstrapToken)
    const promised = ENDPOINTS.flatMap(({ name, replies }) =>
      Object.keys(replies).map((status) => `${name} ${status}`),
    )
    expect([...heard].toSorted()).toEqual(promised.toSorted())
  }, 60_000)

  it('judges a request in the order of the contract', async () => {
    const over = await someThings(admin, student)
    await admin.send('POST', `/bookings/${over.bookings}/cancel`)
    await admin.send('POST', `/waitlist/${over.waitlist}/cancel`)
    await admin.send('POST', `/fines/${over.fines}/waive`, { body: { reason: 'It was found.' } })
    // Scores are brought up to date by whoever asks; now they are.
    await admin.send('GET', '/waitlist')
    const present = async () => {
      // A refusal that the tables decided is kept for its key: nothing else may be.
      const { 'booking.idempotency_key': _keys, ...rows } = await storedRows(system)
      const done = 'select * from booking.idempotency_key where status < 400 order by key'
      return { rows, done: await system.sql(done) }
    }
    const before = await present()
    const scene = {
      admin,
      student,
      stranger,
      things,
      bodies: bodiesFor(things),
      over,
    }
    const trials = faultsInPairs(scene)
    expect(trials.length).toBeGreaterThan(500)
    expect(await misjudged(client, trials)).toEqual([])
    expect(await present()).toEqual(before)
  }, 60_000)
})

describe('a path', () => {
  const paths = [...Map.groupBy(ENDPOINTS, ({ path }) => path)]

  it.each(paths)('%s says which methods it knows', async (path, operations) => {
    const methods = operations.map(({ method }) => method as string)
    const known = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].toSorted()
    const unknown = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !known.includes(method))
    for (const method of unknown) {
      const requestId = randomUUID()
      const heard = await client.send({
        method,
        path: path.replace(/\{\w+\}/, randomUUID()),
        headers: [['X-Request-Id', requestId]],
      })
      expect(complaintAbout(heard, requestId, ['method-not-allowed'])).toBeUndefined()
      expect([heard.status, heard.headers.allow]).toEqual([405, known.join(', ')])
    }
  })

  it.each(['/', '/nothing', '/bookings/x/y/z', '/Bookings', '/bookings/'])(
    '%s is unknown, whoever asks',
    async (path) => {
      const requestId = randomUUID()
      const heard = await client.send({ method: 'GET', path, headers: [['X-Request-Id', requestId]] })
      expect(complaintAbout(heard, requestId, ['not-found'])).toBeUndefined()
    },
  )
})
