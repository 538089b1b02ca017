import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import type { Booking } from '../domain/booking.ts'
import { bookingSnapshot } from '../domain/booking-facts.ts'
import type { BookingItem } from '../domain/booking-item.ts'
import type { BookingStore } from '../use-cases/ports.ts'
import { BookingItemMapping, BookingMapping, StatusChangeMapping } from './mappings.ts'
import { insertions } from './new-booking.ts'

/** Bookings of one transaction. `write` brings the tables in line with the objects. */
export interface TransactionBookings extends BookingStore {
  write: () => Promise<void>
}

/** A booking and how much of it the tables know already. */
interface Kept {
  booking: Booking
  items: readonly BookingItem[]
  told: number
}

export function bookingStore({ em, query, send, changes }: Transaction): TransactionBookings {
  const loaded = new Map<string, Kept>()
  /** Those that did not exist before, with what their row says of the time of change once it is written. */
  const added = new Map<Booking, Date | undefined>()

  const assemble = async (bookings: readonly Booking[]): Promise<Booking[]> => {
    const fresh = bookings.filter(({ id }) => !loaded.has(id))
    if (fresh.length > 0) {
      const of = { bookingId: { $in: fresh.map(({ id }) => id) } }
      const inOrder = { orderBy: { position: 'asc' } } as const
      const items = Map.groupBy(await em.find(BookingItemMapping, of, inOrder), ({ bookingId }) => bookingId)
      const history = Map.groupBy(
        await em.find(StatusChangeMapping, of, inOrder),
        ({ bookingId }) => bookingId,
      )
      for (const booking of fresh) {
        booking.items = items.get(booking.id) ?? []
        booking.history = history.get(booking.id) ?? []
        loaded.set(booking.id, { booking, items: [...booking.items], told: booking.history.length })
        changes.watch('Booking', booking, bookingSnapshot)
      }
    }
    return bookings.map(({ id }) => loaded.get(id)?.booking).filter((booking) => booking !== undefined)
  }

  const locked = (ids: readonly string[]) =>
    em.find(
      BookingMapping,
      { id: { $in: [...ids] } },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    )

  return {
    add(booking) {
      loaded.set(booking.id, { booking, items: [], told: 0 })
      added.set(Object.assign(booking, { version: 1 }), undefined)
      changes.added('Booking', booking, bookingSnapshot)
    },
    async forChange(id) {
      const [booking] = await assemble(await locked([id]))
      return booking
    },
    async ofItems(itemIds) {
      if (itemIds.length === 0) return []
      const rows = await query(sql<{ booking_id: string }>`
        select distinct booking_id from booking_item where id = any(${[...itemIds]}::uuid[])`)
      const missing = rows.map((row) => row.booking_id).filter((id) => !loaded.has(id))
      if (missing.length > 0) await assemble(await locked(missing))
      return rows.map((row) => loaded.get(row.booking_id)?.booking).filter((booking) => booking !== undefined)
    },
    async write() {
      for (const [booking, written] of added) {
        if (written === undefined) for (const statement of insertions(booking)) send(statement)
        else if (written !== booking.updatedAt)
          throw new Error('A new booking was changed after it was written.')
        added.set(booking, booking.updatedAt)
      }
      const changeable = [...loaded.values()].filter(({ booking }) => !added.has(booking))
      if (changeable.length === 0) return
      // The row that the others refer to comes first: the mappings know of no relations.
      await em.flush()
      for (const entry of changeable) {
        const { booking, items } = entry
        for (const gone of items) if (!booking.items.includes(gone)) em.remove(gone)
        for (const item of booking.items) if (!items.includes(item)) em.persist(item)
        for (const change of booking.history.slice(entry.told)) em.persist(change)
        entry.items = [...booking.items]
        entry.told = booking.history.length
      }
      await em.flush()
    },
  }
}
