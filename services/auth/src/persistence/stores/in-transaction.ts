import type { Database } from '@kitroom/database'

import type { InTransaction, NewId } from '../../use-cases/ports.ts'
import { memberStore } from './member-store.ts'
import { organizationStore } from './organization-store.ts'
import { sessionStore } from './session-store.ts'

/** Binds the stores to one transaction of one organisation. */
export const inTransaction =
  (database: Database, job: string, newId: NewId): InTransaction =>
  (origin, work) =>
    database.transaction(origin, (tx) => {
      const { orgId } = origin
      return work({
        now: tx.now,
        organizations: organizationStore(tx, orgId),
        members: memberStore(tx, { orgId, job, newId }),
        sessions: sessionStore(tx, orgId),
      })
    })
