import type { Fine } from '../../domain/fine.ts'
import type { Waiting } from '../../domain/late/risk.ts'

/** A booking to look after, and every resource whose lock that takes. */
export interface WaitingBooking extends Waiting {
  id: string
  resourceIds: readonly string[]
}

/** What the look-out reads outside of transactions. */
export interface LateReads {
  /** The organisations with loans beyond their end or with bookings at risk. */
  troubled: () => Promise<string[]>
  /**
   * Bookings that wait for a unit of an overdue loan, and those that are at risk; `now` is when they were looked at. One
   * whose time is over is left as it was: that it was at risk speaks for its borrower.
   */
  waiting: (orgId: string) => Promise<{ now: Date; bookings: WaitingBooking[] }>
  /** Loans that ended so many days ago or more and of which something is out that was not charged for. */
  unreplaced: (orgId: string, days: number) => Promise<{ id: string; resourceIds: string[] }[]>
}

/** What the look-out works with inside a transaction. */
export interface LateStore {
  /** Items of a booking that wait on a unit which is with the borrower of an overdue loan. */
  behindLoans: (bookingId: string) => Promise<ReadonlySet<string>>
  /** Those of the items whose replacement was charged before. */
  charged: (itemIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Adds the fine for the replacement of an item. */
  charge: (itemId: string, fine: Fine) => Promise<void>
}
