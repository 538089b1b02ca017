import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled, seededRandom } from '@kitroom/testing'
import fc from 'fast-check'

import { FUZZED, requestsFor } from './bad-input/fuzz.ts'
import { enrol, foundOrganization, patiently, type Person } from './client.ts'
import { memoryIsBack, memoryOf } from './memory.ts'
import { someThings, type Things } from './samples.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf, type Letter, type Wire, wire } from './wire.ts'

const REQUESTS = scaled(2_000, 50_000)
/** Of these, so many until every service has compiled what it needs and filled its pools. */
const WARM_UP = REQUESTS * 0.4

interface Organization {
  admin: Person
  things: Things
  /** In every text of the organisation's things, and in nothing anybody sends. */
  marker: string
}

let system: TestSystem
let client: Wire
let organizations: Organization[]

beforeAll(async () => {
  system = await testSystem()
  client = wire(system.url)
  organizations = await Promise.all(
    ['Arts', 'Music', 'Design'].map(async (name) => {
      const admin = await foundOrganization(system.url, system.bootstrapToken, `University of ${name}`)
      const student = await enrol(system.url, admin, 'student')
      const marker = randomUUID()
      return { admin, marker, things: await someThings(admin, student, marker) }
    }),
  )
})
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
})

describe('requests made up from the schemas, of three organisations at once', () => {
  const { seed } = seededRandom()
  const heard = new Map<string, number>()
  const count = (kind: string) => heard.set(kind, (heard.get(kind) ?? 0) + 1)

  /** Answered as the document says (the client sees to that), without a bug, with nothing of another organisation. */
  async function isAnswered([who, letter]: [Organization, Letter]): Promise<void> {
    const headers = [...credentialsOf(who.admin), ...(letter.headers ?? [])]
    // A machine with too much to do may say “not now”; said again and again it is a bug.
    const { status, text } = await patiently(async () => {
      const answer = await client.send({ ...letter, headers })
      if (answer.status === 503) count('503')
      return answer
    })
    count(`${Math.floor(status / 100)}xx`)
    if (status >= 500) throw new Error(`${status} ${text}`)
    const told = organizations.filter(({ marker }) => marker !== who.marker && text.includes(marker))
    if (told.length > 0) throw new Error(`tells of another organisation: ${text.slice(0, 1_000)}`)
  }

  const sendAll = (total: number, started: number) => {
    const ids = organizations.flatMap(({ things }) => Object.values<string>({ ...things }))
    const numRuns = Math.ceil(total / FUZZED.length)
    return Promise.all(
      FUZZED.map((operation) => {
        const requests = organizations.map((one) =>
          fc.tuple(fc.constant(one), requestsFor(operation, one.things, ids)),
        )
        return fc.assert(fc.asyncProperty(fc.oneof(...requests), isAnswered), { seed: started, numRuns })
      }),
    )
  }

  it(`never meet a bug, nor each other, nor fill the memory (KITROOM_TEST_SEED=${seed})`, async () => {
    const pids = () => Object.values(system.processes).map(({ pid }) => pid)
    const began = pids()
    await sendAll(WARM_UP, seed)
    const before = memoryOf(system)
    await sendAll(REQUESTS - WARM_UP, seed + 1)
    const during = memoryOf(system)
    console.info(`seed ${seed}: ${JSON.stringify({ ...Object.fromEntries(heard), before, during })}`)

    expect(heard.get('2xx')).toBeGreaterThan(REQUESTS / 20)
    expect(heard.get('4xx')).toBeGreaterThan(REQUESTS / 5)
    expect(pids()).toEqual(began)
    // In the short form there is not enough of it to tell a leak from a cache.
    if (REQUESTS >= 50_000) {
      await auditIsSettled(system)
      console.info(`idle again: ${JSON.stringify(await memoryIsBack(system, before))}`)
    }
  }, 1_800_000)
})
