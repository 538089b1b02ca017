import type { EntityChanged, Verification } from '@kitroom/contracts'
import { type Database, openDatabase } from '@kitroom/database'
import { type TestDatabase, testDatabase } from '@kitroom/testing'

import { inWalkOf } from '../src/persistence/chain-walk.ts'
import { migrations } from '../src/persistence/migrations/index.ts'
import { seal } from '../src/persistence/seal.ts'
import { inTrailOf } from '../src/persistence/trail-store.ts'
import type { InWalk } from '../src/use-cases/ports.ts'
import { recordEvents } from '../src/use-cases/record-events.ts'
import { verifyTrail } from '../src/use-cases/verify-trail.ts'

/** The use cases over a real database, without a broker. */
export interface TestTrail extends AsyncDisposable {
  store: TestDatabase
  database: Database
  record: (events: readonly EntityChanged[]) => Promise<void>
  verify: (orgId: string) => Promise<Verification>
  /** A walk of its own, among those that verify. */
  inWalk: InWalk
  /** What was confirmed to each service. */
  confirmed: Map<string, string[]>
  /** Runs statements as a superuser who switched the triggers off. */
  tamper: (text: string, params?: unknown[]) => Promise<void>
}

export async function testTrail(): Promise<TestTrail> {
  const store = await testDatabase('audit', migrations)
  const trail = openTrail(store)
  return {
    ...trail,
    async [Symbol.asyncDispose]() {
      await trail[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

/** The same over a database that is there. */
export function openTrail(store: TestDatabase): TestTrail {
  const database = openDatabase({ url: store.url, service: 'audit', entities: [] })
  const confirmed = new Map<string, string[]>()
  // As in the service, whose walks are counted together.
  const inWalk = inWalkOf(database)
  return {
    store,
    database,
    confirmed,
    record: recordEvents({
      inTrail: inTrailOf(database),
      seal,
      confirm: (service, ids) => void confirmed.set(service, [...(confirmed.get(service) ?? []), ...ids]),
    }),
    verify: (orgId) => verifyTrail({ inWalk, seal })({ orgId }),
    inWalk,
    async tamper(text, params) {
      for (const table of ['audit_event', 'audit_chain'])
        await store.admin(`alter table ${table} disable trigger all`)
      await store.admin(text, params)
      for (const table of ['audit_event', 'audit_chain'])
        await store.admin(`alter table ${table} enable trigger all`)
    },
    async [Symbol.asyncDispose]() {
      await database.close()
    },
  }
}
