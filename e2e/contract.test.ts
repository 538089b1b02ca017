import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { complaintAbout, misjudged } from './bad-input/misjudged.ts'
import { enrol, foundOrganization, type Person } from './client.ts'
import { journey } from './contract/journey.ts'
import { faultsInPairs, rolesAgainstAccess } from './contract/order-trials.ts'
import { strictCalls } from './contract/strict-calls.ts'
import { bodiesFor, lettersOf, OBJECT_OPERATIONS, someThings, type Things } from './samples.ts'
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
    const cancelled = await someThings(admin, student)
    await admin.send('POST', `/bookings/${cancelled.bookings}/cancel`)
    const before = await storedRows(system)
    const scene = {
      admin,
      student,
      stranger,
      things,
      bodies: bodiesFor(things),
      cancelled: cancelled.bookings,
    }
    const trials = faultsInPairs(scene)
    expect(trials.length).toBeGreaterThan(500)
    expect(await misjudged(client, trials)).toEqual([])
    expect(await storedRows(system)).toEqual(before)
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

  it.each(OBJECT_OPERATIONS)('is not found by $name, as if it had never been', async (operation) => {
    const { method, name } = operation
    const bodies = bodiesFor(things)
    const [path, query = ''] = lettersOf(stranger, things, bodies)(operation).path.split('?')
    for (const match of MATCHES) {
      const ask = (id: string) =>
        client.send({
          method,
          path: `${path?.replace(/[\da-f-]{36}/, id)}${query === '' ? '' : `?${query}`}`,
          headers: [...credentialsOf(stranger), ['Content-Type', 'application/json'], ...match],
          ...(operation.body === undefined ? {} : { body: JSON.stringify(bodies[name]) }),
        })
      const theirs = told(await ask(/[\da-f-]{36}/.exec(path ?? '')?.[0] ?? ''))
      expect(theirs).toMatchObject({ status: 404, body: { code: 'not-found' } })
      expect(theirs).toEqual(told(await ask(randomUUID())))
    }
  })

  it.each([
    ['a resource', (id: string) => ({ items: [{ resource_id: id }] }), 'resources'],
    ['a unit', (id: string) => ({ items: [{ resource_unit_id: id }] }), 'units'],
    ['a borrower', (id: string) => ({ on_behalf_of: id }), 'users'],
  ] as const)('cannot be booked: %s', async (_, part, kind) => {
    const own = await someThings(stranger, stranger)
    const wish = bodiesFor(own)['createBooking']
    const ask = (id: string) =>
      client.send({
        method: 'POST',
        path: '/bookings',
        headers: [
          ...credentialsOf(stranger),
          ['Content-Type', 'application/json'],
          ['Idempotency-Key', randomUUID()],
        ],
        body: JSON.stringify({ ...wish, on_behalf_of: stranger.id, ...part(id) }),
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
        ['requester', admin.id],
        ['resource_unit_id', things.units],
        ['actor', admin.id],
        ['entity_id', things.bookings],
      ].filter(([name = '']) => name in (operation.query?.shape ?? {}))
    const secrets = [marker, admin.orgId, admin.id, staff.id, ...Object.values(things as object)]
    for (const operation of lists) {
      const isFinding = operation.name === 'findUnits'
      const queries = filters(operation).map(
        ([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`,
      )
      for (const query of [...(isFinding ? [] : ['']), ...queries]) {
        const path = `${operation.path}?limit=100&${query}`.replace(/&$/, '')
        const ask = async (who: Person) =>
          (await client.send({ method: 'GET', path, headers: credentialsOf(who) })).text
        const [ours, theirs] = [await ask(admin), await ask(stranger)]
        expect([path, secrets.some((secret) => ours.includes(secret))]).toEqual([path, true])
        expect([path, secrets.filter((secret) => theirs.includes(secret))]).toEqual([path, []])
      }
    }
  })
})
