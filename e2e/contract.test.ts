import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { complaintAbout, misjudged } from './bad-input/misjudged.ts'
import { enrol, foundOrganization, type Person } from './client.ts'
import { journey } from './contract/journey.ts'
import { faultsInPairs, rolesAgainstAccess } from './contract/order-trials.ts'
import { strictCalls } from './contract/strict-calls.ts'
import {
  bodiesFor,
  OBJECT_OPERATIONS,
  pathFor,
  placesOf,
  queryFor,
  someThings,
  type Things,
} from './samples.ts'
import { storedRows } from './stored-rows.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf, type Heard, type Wire, wire } from './wire.ts'

let system: TestSystem
let client: Wire
let admin: Person
let staff: Person
let student: Person
let stranger: Person
let things: Things
const marker = randomUUID()

beforeAll(async () => {
  system = await testSystem()
  client = wire(system.url)
  admin = await foundOrganization(system.url, system.bootstrapToken, `University ${marker}`)
  ;[staff, student, stranger] = await Promise.all([
    enrol(system.url, admin, 'staff'),
    enrol(system.url, admin, 'student'),
    foundOrganization(system.url, system.bootstrapToken, 'Elsewhere'),
  ])
  things = await someThings(admin, student, marker)
  await admin.send('PATCH', `/users/${student.id}`, { body: { full_name: `Ada ${marker}` }, ifMatch: '*' })
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

  it('is open to its role and those above, and to nobody below', async () => {
    const trials = rolesAgainstAccess({ student, staff, admin }, things)
    expect(trials.filter(({ codes }) => codes.includes('forbidden'))).not.toHaveLength(0)
    expect(await misjudged(client, trials)).toEqual([])
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

describe('what belongs to another organisation', () => {
  /** An answer without what is particular to the request. */
  const told = ({ status, headers, text }: Heard) => {
    const { date: _date, 'x-request-id': _id, ...rest } = headers
    const steady = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('ratelimit')))
    const body = JSON.parse(text) as object
    return { status, headers: steady, body: { ...body, instance: '', request_id: '' } }
  }
  const MATCHES: [string, string][][] = [[], [['If-Match', '*']], [['If-Match', '"999"']]]

  let own: Things
  beforeAll(async () => {
    own = await someThings(stranger, stranger)
  })

  it.each(OBJECT_OPERATIONS)('is not found by $name, as if it had never been', async (operation) => {
    const { method, name } = operation
    const body = operation.body === undefined ? undefined : JSON.stringify(bodiesFor(things)[name])
    const kinds = placesOf(operation).map(({ kind }) => kind as keyof Things)
    for (const match of MATCHES) {
      const ask = (pointedAt: Things) =>
        client.send({
          method,
          path: `${pathFor(operation, pointedAt)}${queryFor(operation)}`,
          headers: [...credentialsOf(stranger), ['Content-Type', 'application/json'], ...match],
          body,
        })
      // Each thing of theirs alone, among things of one's own, and all of them together.
      for (const foreign of [kinds, ...(kinds.length > 1 ? kinds.map((kind) => [kind]) : [])]) {
        const pointing = (id: (kind: keyof Things) => string): Things => ({
          ...own,
          ...Object.fromEntries(foreign.map((kind) => [kind, id(kind)])),
        })
        const theirs = told(await ask(pointing((kind) => things[kind])))
        expect(theirs).toMatchObject({ status: 404, body: { code: 'not-found' } })
        expect(theirs).toEqual(told(await ask(pointing(() => randomUUID()))))
      }
    }
  })

  it.each([
    ['createBooking', 'a resource', (id: string) => ({ items: [{ resource_id: id }] }), 'resources'],
    ['createBooking', 'a unit', (id: string) => ({ items: [{ resource_unit_id: id }] }), 'units'],
    ['createBooking', 'a borrower', (id: string) => ({ on_behalf_of: id }), 'users'],
    ['createFine', 'a borrower', (id: string) => ({ user_id: id, booking_id: null }), 'users'],
    ['createFine', 'a booking', (id: string) => ({ booking_id: id }), 'bookings'],
    ['payFines', 'a fine', (id: string) => ({ fine_ids: [id] }), 'fines'],
  ] as const)('cannot be named to %s: %s', async (name, _, part, kind) => {
    const own = await someThings(stranger, stranger)
    const ask = (id: string) =>
      client.send({
        method: 'POST',
        path: ENDPOINTS.find((endpoint) => endpoint.name === name)?.path ?? '',
        headers: [
          ...credentialsOf(stranger),
          ['Content-Type', 'application/json'],
          ['Idempotency-Key', randomUUID()],
        ],
        body: JSON.stringify({ ...bodiesFor(own)[name], ...part(id) }),
      })
    expect((await ask(own[kind])).status).toBe(201)
    const theirs = told(await ask(things[kind]))
    expect(theirs).toMatchObject({ status: 404 })
    expect(theirs).toEqual(told(await ask(randomUUID())))
  })

  it('is in no list, whatever is asked for', async () => {
    const lists = ENDPOINTS.filter(
      ({ query, path }) => query !== undefined && 'cursor' in query.shape && !path.includes('{'),
    )
    const filters = (operation: Endpoint) =>
      [
        ['q', marker],
        ['barcode', `barcode ${marker}`],
        ['tag', `tag ${marker}`],
        ['type', `type ${marker}`],
        ['requester', things.borrowers],
        ['user', things.borrowers],
        ['booking_id', things.bookings],
        ['resource_unit_id', things.units],
        ['actor', admin.id],
        ['entity_id', things.bookings],
      ].filter(([name = '']) => name in (operation.query?.shape ?? {}))
    const secrets = [marker, admin.orgId, admin.id, staff.id, ...Object.values(things as object)]
    for (const operation of lists) {
      const isFinding = operation.name === 'findUnits'
      const queries = filters(operation).map(([name = '', value = '']): [string, string][] => [
        [name, encodeURIComponent(value)],
      ])
      for (const query of [...(isFinding ? [] : [[]]), ...queries]) {
        const path = `${operation.path}${queryFor(operation, ['limit', '100'], ...query)}`
        const ask = async (who: Person) =>
          (await client.send({ method: 'GET', path, headers: credentialsOf(who) })).text
        const [ours, theirs] = [await ask(admin), await ask(stranger)]
        expect([path, secrets.some((secret) => ours.includes(secret))]).toEqual([path, true])
        expect([path, secrets.filter((secret) => theirs.includes(secret))]).toEqual([path, []])
      }
    }
  })
})
