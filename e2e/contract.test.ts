import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ENDPOINTS } from '@kitroom/contracts'

import { complaintAbout, misjudged } from './bad-input/misjudged.ts'
import { enrol, foundOrganization, type Person } from './client.ts'
import { journey } from './contract/journey.ts'
import {
  foundInOtherLists,
  othersAtThings,
  refusedCreations,
  usedAfterDeletion,
  withFreshThings,
} from './contract/object-rules.ts'
import { faultsInPairs } from './contract/order-trials.ts'
import { strictCalls } from './contract/strict-calls.ts'
import { bodiesFor, placesOf, someThings, type Things } from './samples.ts'
import { storedRows } from './stored-rows.ts'
import { documentOf, type Operation, operationsOf } from './tenancy/document.ts'
import { foundUnderAnother } from './tenancy/foreign.ts'
import { type Organization, organization } from './tenancy/organization.ts'
import { rowsOf } from './tenancy/stored-rows.ts'
import { letterTo } from './tenancy/trials.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf, type Wire, wire } from './wire.ts'

let system: TestSystem
let client: Wire
let admin: Person
let student: Person
let stranger: Person
let things: Things

beforeAll(async () => {
  // What a job changes by itself would look like an effect.
  system = await testSystem({ env: { LOOKOUT_SECONDS: '900' } })
  client = wire(system.url)
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University')
  ;[student, stranger] = await Promise.all([
    enrol(system.url, admin, 'student'),
    foundOrganization(system.url, system.bootstrapToken, 'Elsewhere'),
  ])
  things = await someThings(admin, student)
})
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
})

describe('every operation', () => {
  it('answers as it declares, to the last field, with its place and version', async () => {
    const { call, heard } = strictCalls(client)
    await journey(call, system.bootstrapToken)
    const promised = ENDPOINTS.flatMap(({ name, replies }) =>
      Object.keys(replies).map((status) => `${name} ${status}`),
    )
    expect([...heard].toSorted()).toEqual(promised.toSorted())
  })

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
  })
})

describe('whatever the document has (API-9)', () => {
  let operations: Operation[]
  let ours: Organization

  beforeAll(async () => {
    operations = operationsOf(await documentOf(system.url))
    ours = await organization(system)
  })

  /** All there is but what is kept of refusals on purpose, the answer to a key and that units were wanted, and a job's queue. */
  const stored = async () => {
    const {
      'booking.idempotency_key': _answers,
      'booking.refused_demand': _wanted,
      'booking.freed_resource': _queue,
      ...rows
    } = await rowsOf(system, ours.id)
    return rows
  }

  it('neither finds nor lists nor takes what was deleted: no use after free', async () => {
    const deletions = operations.filter(({ endpoint }) => endpoint.method === 'DELETE')
    expect(deletions).not.toHaveLength(0)
    const complaints = deletions.map(async (deletion) =>
      usedAfterDeletion(client, operations, deletion, await withFreshThings(ours)),
    )
    expect((await Promise.all(complaints)).flat()).toEqual([])
  })

  it('leaves nothing behind when it refuses to make something: no leak', async () => {
    const creations = operations.filter(({ responses }) => '201' in responses)
    const trials = refusedCreations(creations, ours)
    const before = await stored()
    expect(await misjudged(client, trials)).toEqual([])
    expect(await stored()).toEqual(before)

    const refused: string[] = []
    const bodies = bodiesFor(ours.things)
    // Twice the same: what is there only once is refused by what is stored, not by its schema.
    for (const { endpoint } of [...creations, ...creations]) {
      const present = await stored()
      const parts = { about: ours.things, naming: ours.things }
      const letter = letterTo(endpoint, credentialsOf(ours.admin), parts)
      const { status } = await client.send({ ...letter, body: JSON.stringify(bodies[endpoint.name]) })
      if (status < 400) continue
      refused.push(`${endpoint.name} ${status}`)
      expect([endpoint.name, await stored()]).toEqual([endpoint.name, present])
    }
    console.info(`API-9: ${trials.length} refused requests to make something, and ${refused.join(', ')}`)
    expect(refused.length).toBeGreaterThan(creations.length / 4)
  })

  it('finds no child under another parent: the hierarchy holds', async () => {
    const nested = operations.filter(({ endpoint }) => placesOf(endpoint).length > 1)
    expect(nested).not.toHaveLength(0)
    expect(await foundInOtherLists(client, operations, ours)).toEqual([])
    for (const operation of nested) expect(await foundUnderAnother(client, operation, ours)).toEqual([])
  })

  it('does nothing with what is another’s: the namespace of a user holds', async () => {
    const trials = othersAtThings(operations, ours)
    expect(trials.length).toBeGreaterThan(20)
    expect(await misjudged(client, trials)).toEqual([])
  })
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
