import type { Booking } from '../../domain/booking.ts'
import type { Conduct } from '../../domain/rules/ladder.ts'
import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'
import type { Holdings } from '../../domain/rules/quota.ts'
import type { Tenure } from '../../domain/rules/renewals.ts'

/** What a borrower is judged by: late returns as far back as the ladder looks, and open fines. */
export interface BorrowerRecord extends Conduct {
  /** When it was read, by the database's clock. */
  now: Date
}

export interface BorrowerStore {
  /**
   * What is asked next waits until nobody else adds to what this borrower has, and keeps others waiting. After the locks
   * of the resources and the row of the booking concerned: the same order everywhere.
   */
  lock: (userId: string) => void
  /** As the tables say: what the transaction has not yet written is not counted. */
  record: (userId: string, policy: LendingPolicy) => Promise<BorrowerRecord>
  /** What of the organisation the borrower has or is promised, counted the same way. */
  holdings: (userId: string) => Promise<Holdings>
  /** For what times before this booking its requester had or has any of its units. */
  tenuresBefore: (booking: Booking) => Promise<Tenure[]>
}

/** Reads for screens. */
export interface BorrowerReads {
  borrower: (orgId: string, userId: string, policy: LendingPolicy) => Promise<BorrowerRecord & Holdings>
}
