import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'

import { unknownParameters, wrongIds, wrongParameters } from './bad-input/address-trials.ts'
import { foreignMedia, largeBodies, malformedBodies, noObjects } from './bad-input/body-trials.ts'
import { foreignCursors } from './bad-input/cursor-trials.ts'
import { organizations, preconditions, tokens, unusual } from './bad-input/header-trials.ts'
import { repeatedMembers, unknownMembers, WRONG_MEMBERS } from './bad-input/member-trials.ts'
import { misjudged, type Trial } from './bad-input/misjudged.ts'
import { enrol, foundOrganization, type Person } from './client.ts'
import { bodiesFor, JSON_OPERATIONS, lettersOf, someThings, type Things } from './samples.ts'
import { storedRows } from './stored-rows.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf, type Wire, wire } from './wire.ts'

let system: TestSystem
let client: Wire
let admin: Person
let things: Things
let bodies: Record<string, object>
let letterFor: ReturnType<typeof lettersOf>
let lettersElsewhere: ReturnType<typeof lettersOf>

const pids = () => Object.values(system.processes).map(({ pid }) => pid)

beforeAll(async () => {
  system = await testSystem()
  client = wire(system.url)
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  const student = await enrol(system.url, admin, 'student')
  await someThings(admin, student)
  things = await someThings(admin, student)
  await admin.send('POST', `/resources/${things.resources}/units`, { body: { barcode: 'the other' } })
  await admin.send('POST', `/bookings/${things.bookings}/messages`, { body: { text: 'The other' } })
  bodies = bodiesFor(things)
  letterFor = lettersOf(admin, things, bodies)
  const stranger = await foundOrganization(system.url, system.bootstrapToken, 'Elsewhere')
  lettersElsewhere = lettersOf(stranger, await someThings(stranger, stranger), bodies)
})
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
})

describe('bad input', () => {
  let before: { rows: unknown; pids: unknown }
  const present = async () => ({ rows: await storedRows(system), pids: pids() })

  beforeAll(async () => {
    before = await present()
  })
  afterEach(async () => {
    expect(await present()).toEqual(before)
    const { status } = await client.send({ method: 'GET', path: '/resources', headers: credentialsOf(admin) })
    expect(status).toBe(200)
  })

  const areRefused = async (trials: readonly Trial[]) => {
    expect(trials).not.toHaveLength(0)
    expect(await misjudged(client, trials)).toEqual([])
  }
  const WITHIN = 60_000

  it('is tried on bodies that are good', () => {
    const operations = JSON_OPERATIONS.filter(({ body }) => body !== undefined)
    for (const { name, body } of operations) expect(body?.parse(bodies[name])).toBeDefined()
  })

  it('that is no JSON is refused', () => areRefused(malformedBodies(letterFor)), WITHIN)
  it('that is no JSON object is refused', () => areRefused(noObjects(letterFor)), WITHIN)
  it('of another media type or encoding is refused', () => areRefused(foreignMedia(letterFor)), WITHIN)
  it('that is too large is refused, announced or not', () => areRefused(largeBodies(letterFor)), WITHIN)
  it('with a member too many is refused', () => areRefused(unknownMembers(letterFor, bodies)), WITHIN)
  it('with a member twice is refused', () => areRefused(repeatedMembers(letterFor, bodies)), WITHIN)
  it.each(Object.entries(WRONG_MEMBERS))(
    'with a member that is no %s is refused',
    (_, trialsOf) => areRefused(trialsOf(letterFor, bodies)),
    WITHIN,
  )
  it('with an unknown parameter is refused', () => areRefused(unknownParameters(letterFor)), WITHIN)
  it('with a wrong parameter is refused', () => areRefused(wrongParameters(letterFor)), WITHIN)
  it(
    'with a cursor that was not given for it is refused',
    async () => areRefused(await foreignCursors(client, letterFor, lettersElsewhere)),
    WITHIN,
  )
  it('with an id that is none is refused', () => areRefused(wrongIds(letterFor)), WITHIN)
  it('with no one organisation is refused', () => areRefused(organizations(letterFor, admin)), WITHIN)
  it('without one token is refused', () => areRefused(tokens(letterFor, admin)), WITHIN)
  it('with a malformed version or key is refused', () => areRefused(preconditions(letterFor)), WITHIN)

  it('is not what merely looks unusual', async () => {
    const statuses = await Promise.all(
      unusual(admin).map(async (letter) => (await client.send(letter)).status),
    )
    expect(statuses).toEqual([200, 200, 200])
  })
})
