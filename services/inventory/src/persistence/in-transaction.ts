import { type Database, firstReceipt, newId } from '@kitroom/database'

import type { InTransaction } from '../use-cases/ports.ts'
import { importStore } from './import-store.ts'
import { resourceStore } from './resource-store.ts'
import { tagStore } from './tag-store.ts'
import { unitStore } from './unit-store.ts'

/** The name under which this service consumes booking's events. */
const CONSUMER = 'inventory-booking'

/** Transactions on the inventory of the caller's organisation. */
export const inTransaction =
  (database: Pick<Database, 'transaction'>): InTransaction =>
  (origin, work) =>
    database.transaction(origin, (tx) => {
      const { orgId } = origin
      const resources = resourceStore(tx, orgId)
      return work({
        resources,
        units: unitStore(tx, orgId, resources),
        tags: tagStore(tx, orgId),
        imports: importStore(tx, orgId),
        firstReceipt: (eventId) => firstReceipt(tx.query, CONSUMER, orgId, eventId),
        now: tx.now,
        newId,
      })
    })
