import { type Database, firstReceipt } from '@kitroom/database'

import type { Ports } from '../use-cases/ports.ts'
import { bookingStore } from './booking-store.ts'
import { borrowerStore } from './borrower-store.ts'
import { fineStore, paymentStore } from './fine-store.ts'
import { lateStore } from './late-store.ts'
import { messageStore } from './message-store.ts'
import { occupancyStore } from './occupancy-store.ts'

/** The name under which this service consumes inventory's events. */
const CONSUMER = 'booking-inventory'

/** Binds the stores to one transaction of the database, which writes what they hold when the work is done. */
export const inTransaction =
  (database: Database): Ports['inTransaction'] =>
  (origin, work) =>
    database.transaction(origin, async (tx) => {
      const bookings = bookingStore(tx)
      const occupancy = occupancyStore(tx, origin.orgId, bookings.write)
      const result = await work({
        bookings,
        occupancy,
        fines: fineStore(tx),
        payments: paymentStore(tx, origin.orgId),
        messages: messageStore(tx, origin.orgId),
        late: lateStore(tx, origin.orgId),
        borrowers: borrowerStore(tx, origin.orgId),
        firstReceipt: (eventId) => firstReceipt(tx.query, CONSUMER, origin.orgId, eventId),
        now: tx.now,
      })
      await bookings.write()
      return result
    })
