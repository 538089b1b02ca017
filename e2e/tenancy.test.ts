import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SigningKey } from '@kitroom/access-token'

import { misjudged } from './bad-input/misjudged.ts'
import type { Person } from './client.ts'
import { placesOf, type Things } from './samples.ts'
import { documentOf, type OpenApi, type Operation, operationsOf, placesOfIds } from './tenancy/document.ts'
import {
  acceptedNaming,
  foundDeleted,
  foundInPath,
  foundUnderAnother,
  missedInPath,
} from './tenancy/foreign.ts'
import { NAMED } from './tenancy/named-things.ts'
import { type Organization, organization } from './tenancy/organization.ts'
import { ROWS } from './tenancy/rows.ts'
import { idsOf, rowsOf } from './tenancy/stored-rows.ts'
import { outsiders, publishedKey } from './tenancy/tokens.ts'
import {
  everyCell,
  isAboutAnObject,
  othersThings,
  outsidersAtEverything,
  readOnlyMembers,
  rowOf,
} from './tenancy/trials.ts'
import { everythingHeard, heardBy, searchesFor, whispersOf } from './tenancy/whispers.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { type Wire, wire } from './wire.ts'

let system: TestSystem
let client: Wire
let key: SigningKey
let document: OpenApi
let operations: Operation[]
let ours: Organization
let theirs: Organization

beforeAll(async () => {
  // What a job changes by itself would look like an effect.
  system = await testSystem({ env: { LOOKOUT_SECONDS: '900' } })
  key = await publishedKey(system)
  client = wire(system.url)
  document = await documentOf(system.url)
  operations = operationsOf(document)
  ours = await organization(system)
  theirs = await organization(system)
  for (const { admin } of [ours, theirs]) await admin.send('GET', '/waitlist')
})
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
})

const objectOperations = () => operations.filter(isAboutAnObject)

/** Nothing an organisation has is changed meanwhile. */
async function leavesAlone(organizations: readonly Organization[], work: () => Promise<void>): Promise<void> {
  const present = () => Promise.all(organizations.map(({ id }) => rowsOf(system, id)))
  const before = await present()
  await work()
  expect(await present()).toEqual(before)
}

describe('the document the gateway serves', () => {
  it('has a row in the table of roles for each operation, and says the same', () => {
    for (const { operationId, endpoint, security, 'x-role': role } of operations) {
      const { who, deleted } = rowOf(operationId)
      const isPublic = who === 'public' || operationId === 'register'
      expect([operationId, role, security.length > 0]).toEqual([
        operationId,
        isPublic || who === 'session' ? undefined : who,
        !isPublic,
      ])
      if (deleted !== undefined) expect(placesOf(endpoint)).not.toHaveLength(0)
    }
    expect(Object.keys(ROWS).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted())
  })
})

describe('every operation', () => {
  it('refuses whoever has no business in the organisation, whatever it is about (TEN-1)', async () => {
    const people = await outsiders(system, key, ours, theirs)
    await leavesAlone([ours, theirs], async () => {
      const trials = outsidersAtEverything(operations, people, ours, theirs)
      console.info(`TEN-1: ${trials.length} requests of ${people.length} sorts of outsiders`)
      expect(await misjudged(client, trials)).toEqual([])
    })
  })

  it('is open to its role and those above, and to nobody below (AUT-14)', async () => {
    await leavesAlone([ours, theirs], async () => {
      const trials = everyCell(operations, ours, theirs)
      console.info(`AUT-14: ${trials.length} requests`)
      expect(await misjudged(client, trials)).toEqual([])
      expect(await misjudged(client, othersThings(operations, ours))).toEqual([])
    })
  })

  it('that lists what is somebody’s shows a student nothing of others (AUT-14)', async () => {
    const lists = operations.filter(({ endpoint }) => rowOf(endpoint.name).shows === 'own')
    expect(lists).not.toHaveLength(0)
    for (const { endpoint } of lists) {
      const kind = endpoint.path.slice(1) as keyof Things
      const others = new Set([ours.things[kind]])
      const isTold = async (person: Person) => {
        const answer = await heardBy(client, person, `${endpoint.path}?limit=100`, 'application/json')
        return whispersOf([answer], 'no mark', others).length > 0
      }
      expect([kind, await isTold(ours.admin), await isTold(ours.student)]).toEqual([kind, true, false])
    }
  })
})

describe('what belongs to another organisation', () => {
  const each = async (
    chosen: readonly Operation[],
    complaintsOf: (operation: Operation) => Promise<string[]>,
  ) => {
    expect(chosen).not.toHaveLength(0)
    expect((await Promise.all(chosen.map(complaintsOf))).flat()).toEqual([])
  }

  it('is not found by any operation, deleted or not, as if it had never been (TEN-1, TEN-5)', async () => {
    await leavesAlone([ours], () =>
      each(objectOperations(), (operation) =>
        foundInPath(client, operation, theirs, [ours.things, ours.deleted]),
      ),
    )
    await each(objectOperations(), (operation) => missedInPath(client, operation, theirs))
  })

  it('is no stranger than what is deleted here, or hangs from another parent here (TEN-1, TEN-5)', async () => {
    await leavesAlone([ours, theirs], async () => {
      const gone = operations.filter(({ endpoint }) => rowOf(endpoint.name).deleted === 'gone')
      await each(gone, (operation) => foundDeleted(client, operation, ours))
      const nested = operations.filter(({ endpoint }) => placesOf(endpoint).length > 1)
      await each(nested, (operation) => foundUnderAnother(client, operation, ours))
    })
  })

  it('cannot be named in a body or a query, wherever one names anything (TEN-3)', async () => {
    const named = operations.flatMap((operation) =>
      placesOfIds(operation, document).map((place) => ({ operation, place })),
    )
    expect(
      Object.entries(NAMED)
        .flatMap(([name, places]) => Object.keys(places).map((place) => `${name} ${place}`))
        .toSorted(),
    ).toEqual(named.map(({ operation, place }) => `${operation.endpoint.name} ${place}`).toSorted())
    await leavesAlone([ours], async () => {
      const accepted: string[] = []
      // One after the other: what names the same unit twice at once would be refused for that.
      for (const { operation, place } of named) {
        accepted.push(...(await acceptedNaming(client, operation, theirs, ours, place)))
      }
      expect(accepted).toEqual([])
    })
  })
})

describe('two organisations that do everything at the same time', () => {
  it('never hear of each other (TEN-4)', async () => {
    const [one, two] = await Promise.all([
      everythingHeard(system, client, `one ${randomUUID()}`),
      everythingHeard(system, client, `two ${randomUUID()}`),
    ])
    const ids = await Promise.all([one, two].map(({ orgId }) => idsOf(system, orgId)))
    const [oneIds = new Set<string>(), twoIds = new Set<string>()] = ids
    console.info(
      `TEN-4: ${one.answers.length + two.answers.length} answers, ${oneIds.size + twoIds.size} ids`,
    )
    expect(whispersOf(one.answers, two.mark, twoIds)).toEqual([])
    expect(whispersOf(two.answers, one.mark, oneIds)).toEqual([])
    expect(whispersOf(one.answers, one.mark, oneIds).length).toBeGreaterThan(100)
  })

  it('find nothing of each other in any list or file, whatever they ask for (TEN-4)', async () => {
    const ids = await idsOf(system, ours.id)
    const searches = searchesFor(ours).flatMap((path) => [
      { path, accept: 'application/json' },
      { path, accept: 'text/csv' },
    ])
    for (const { path, accept } of searches) {
      const [own, foreign] = [
        await heardBy(client, ours.admin, path, accept),
        await heardBy(client, theirs.admin, path, accept),
      ]
      const isTold = (answer: string) => whispersOf([answer], ours.marker, ids).length > 0
      expect([path, isTold(own), isTold(foreign)]).toEqual([path, true, false])
    }
  })
})

describe('what clients only read', () => {
  it('is refused in every body, and changes nothing (AUT-15)', async () => {
    await leavesAlone([ours, theirs], async () => {
      const trials = readOnlyMembers(operations, ours, theirs)
      console.info(`AUT-15: ${trials.length} requests`)
      expect(await misjudged(client, trials)).toEqual([])
    })
  })
})

describe('what is written down on the way (TEN-11)', () => {
  it('names the organisation: every line of the log about a member, every event', async () => {
    const log = await readFile(join(system.path, 'logs/gateway.log'), 'utf8')
    const lines = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { endpoint?: string; user_id?: string; org_id?: string })
    const ofMembers = lines.filter(
      ({ endpoint = 'getDocs', user_id }) =>
        user_id !== undefined && !['public', 'session'].includes(rowOf(endpoint).who),
    )
    expect(ofMembers.length).toBeGreaterThan(1_000)
    expect(ofMembers.filter(({ org_id }) => org_id === undefined)).toEqual([])

    for (const service of ['auth', 'inventory', 'booking']) {
      const events = await system.sql<{ all: number; astray: number }>(`
        select count(*)::int as all, count(*) filter (where payload::jsonb ->> 'orgid' <> org_id::text)::int as astray
        from ${service}.outbox`)
      expect(events).toEqual([{ all: expect.any(Number), astray: 0 }])
      expect(events[0]?.all).toBeGreaterThan(5)
    }
  })
})
