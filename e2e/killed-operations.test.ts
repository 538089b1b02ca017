import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { scaled, until } from '@kitroom/testing'

import { enrol, foundOrganization, signedInAgain } from './client.ts'
import { AROUND_BOOKINGS, BOOKINGS } from './crash/booking-operations.ts'
import { type Held, killedWhileHeldUp } from './crash/held-up.ts'
import { type Cast, INVENTORY, MEMBERS, type Operation } from './crash/operations.ts'
import { postUntilAnswered } from './persistent-client.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

type Service = Held['service']
const SERVICES: readonly Service[] = ['auth', 'inventory', 'booking']
/** As many as a service's connections bear at a time. */
const GROUPS: readonly (readonly [Service, Record<string, Operation>])[] = [
  ['auth', MEMBERS],
  ['inventory', INVENTORY],
  ['booking', BOOKINGS],
  ['booking', AROUND_BOOKINGS],
]

/** Held by whoever wants nobody to get through with a commit. */
const NO_COMMIT = 7_253

type Hook = (service: Service, operations: readonly Operation[]) => Pick<Held, 'hold' | 'waiting'>
const locked = (mode: string, ...tables: string[]) => `lock table ${tables.join(', ')} in ${mode} mode`
/** Where a keyed request can be held up, in the order in which it gets there. */
const HOOKS: Record<string, Hook> = {
  'their keys are looked up': (service) => ({
    hold: locked('access exclusive', `${service}.idempotency_key`),
    waiting: /select fingerprint/,
  }),
  'their rows are written': (service, operations) => ({
    hold: locked('share', ...new Set(operations.map(({ table }) => `${service}.${table}`))),
    waiting: /^\s*(insert|update|with)/i,
  }),
  'their events are written': (service) => ({
    hold: locked('share', `${service}.outbox`),
    waiting: /insert into outbox/,
  }),
  'their answers are stored': (service) => ({
    hold: locked('share', `${service}.idempotency_key`),
    waiting: /insert into idempotency_key/,
  }),
  'they are committed': () => ({ hold: `select pg_advisory_xact_lock(${NO_COMMIT})`, waiting: /^commit/i }),
}
const TRIALS = Object.entries(HOOKS)
  .filter(([where]) => scaled(where === 'their answers are stored', true))
  .flatMap(([where, hook]) =>
    scaled(GROUPS.slice(0, -1), GROUPS).map(([service, operations]) => ({
      names: Object.keys(operations).join(', '),
      operations: Object.values(operations),
      ...{ service, where, hook },
    })),
  )

let system: TestSystem
let cast: Cast

beforeAll(async () => {
  system = await testSystem()
  const admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  cast = { url: system.url, admin, staff: admin, student: admin }
  for (const service of SERVICES) {
    await system.sql(`
      create function ${service}.linger() returns trigger language plpgsql set lock_timeout = 0 as $$
      begin perform pg_advisory_xact_lock_shared(${NO_COMMIT}); return null; end $$;
      create constraint trigger linger after insert on ${service}.idempotency_key
        deferrable initially deferred for each row execute function ${service}.linger()`)
  }
})
/** New people, so that nobody owes or waits for too much, with tokens that last. */
beforeEach(async () => {
  const admin = await signedInAgain(system.url, cast.admin)
  // The breaker of the gateway towards auth may be open for ten seconds after a kill.
  await until(
    () => admin.send('GET', '/users'),
    ({ status }) => status === 200,
    60_000,
  )
  const [staff, student] = [
    await enrol(system.url, admin, 'staff'),
    await enrol(system.url, admin, 'student'),
  ]
  cast = { ...cast, admin, staff, student }
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** What a service has told of, as often as it did. */
async function effectsIn(service: Service): Promise<string[]> {
  const rows = await system.sql<{ effect: string }>(`
    select concat_ws(' ', payload::json->'data'->>'entity_type', payload::json->'data'->>'action') as effect
    from ${service}.outbox`)
  return rows.map(({ effect }) => effect)
}

/** What is among the later more often than among the earlier. */
function addedTo(earlier: readonly string[], later: readonly string[]): string[] {
  const left = [...earlier]
  return later
    .filter((effect) => {
      const at = left.indexOf(effect)
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
    .toSorted()
}

describe('keyed operations whose service is killed (IDM-1)', () => {
  it.each(TRIALS)(
    'while $where have happened once, and say the same again: $names',
    async ({ service, operations, where, hook }) => {
      for (let round = 0; round < scaled(1, 5); round++) {
        const ready = await Promise.all(operations.map((operation) => operation.ready(cast)))
        const postings = ready.map(({ who, ...request }) => ({ who, ...request, key: randomUUID() }))
        const before = await effectsIn(service)
        const held = { service, ...hook(service, operations), count: operations.length }
        const heard = await killedWhileHeldUp(system, held, () =>
          Promise.all(postings.map(({ who, ...posting }) => postUntilAnswered(system.url, who, posting))),
        )
        for (const [at, { who, ...posting }] of postings.entries()) {
          const first = heard[at]
          expect([200, 201]).toContain(first?.status)
          if (where === 'their keys are looked up') expect(first?.replayed).toBe(false)
          if (where === 'they are committed') expect(first?.replayed).toBe(true)
          const again = await postUntilAnswered(system.url, who, posting)
          expect(again).toEqual({ ...first, replayed: true, tries: again.tries })
        }
        const effects = operations.flatMap(({ events }) => events).toSorted()
        expect(addedTo(before, await effectsIn(service))).toEqual(effects)
      }
    },
    scaled(120_000, 1_200_000),
  )

  it('are once in the audit', async () => {
    await auditIsSettled(system)
    expect((await cast.admin.send('GET', '/audit/verify')).body).toMatchObject({ verified: true })
  })
})
