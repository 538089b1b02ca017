import { type Database, firstReceipt } from '@kitroom/database'

import type { Ports } from '../use-cases/ports.ts'
import { bookingStore } from './booking-store.ts'
import { borrowerStore } from './borrower-store.ts'
import { fineStore, paymentStore } from './fine-store.ts'
import { lateStore } from './late-store.ts'
import { messageStore } from './message-store.ts'
import { occupancyStore } from './occupancy-store.ts'
import { isForWantOfUnits, refusalRows } from './refusals.ts'
import { settledSupply } from './settled-supply.ts'
import { freedQueue } from './waitlist/freed-queue.ts'
import { waitlistStore } from './waitlist/waitlist-store.ts'

/** The name under which this service consumes inventory's events. */
const CONSUMER = 'booking-inventory'

/**
 * Binds the stores to one transaction of the database, which writes what they hold when the work is done. Of what it refused
 * for want of units a note stays.
 */
export const inTransaction =
  (database: Database): Ports['inTransaction'] =>
  (origin, work) =>
    database.transaction(origin, async (tx) => {
      const bookings = bookingStore(tx)
      const waitlist = waitlistStore(tx, origin.orgId, bookings.write)
      const lapse = async (entryIds: readonly string[]) => {
        const entries = await waitlist.forChange(entryIds)
        const now = await waitlist.clock()
        const over = entries.filter((entry) => entry.hasLapsed(now))
        for (const entry of over) {
          waitlist.bySystem(entry)
          entry.expire({ by: null, at: now })
        }
        await occupancy.release(over.map(({ id }) => id))
      }
      const occupancy = occupancyStore(tx, origin.orgId, waitlist.write, lapse)
      const result = await work({
        bookings,
        occupancy,
        settled: settledSupply(tx.query, origin.orgId),
        fines: fineStore(tx),
        payments: paymentStore(tx, origin.orgId),
        messages: messageStore(tx, origin.orgId),
        borrowers: borrowerStore(tx, origin.orgId),
        late: lateStore(tx, origin.orgId),
        waitlist,
        freed: freedQueue(tx.query, origin.orgId),
        noteRefusal: (demand) => {
          tx.whenRefused((refusal) => (isForWantOfUnits(refusal) ? [refusalRows(origin.orgId, demand)] : []))
        },
        firstReceipt: (eventId) => firstReceipt(tx.query, CONSUMER, origin.orgId, eventId),
        now: tx.now,
      })
      await waitlist.write()
      return result
    })
