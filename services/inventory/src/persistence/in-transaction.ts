import type { Database } from '@kitroom/database'
import { v7 as uuidv7 } from 'uuid'

import type { InTransaction } from '../use-cases/ports.ts'
import { importStore } from './import-store.ts'
import { resourceStore } from './resource-store.ts'
import { tagStore } from './tag-store.ts'
import { unitStore } from './unit-store.ts'

/** Transactions on the inventory of the caller's organisation. */
export const inTransactionOn =
  (database: Pick<Database, 'transaction'>): InTransaction =>
  (call, work) =>
    database.transaction(call, (tx) => {
      const resources = resourceStore(tx, call.orgId)
      return work({
        resources,
        units: unitStore(tx, call.orgId, resources),
        tags: tagStore(tx, call.orgId),
        imports: importStore(tx, call.orgId),
        now: tx.now,
        newId: uuidv7,
      })
    })
