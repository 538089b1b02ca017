/** One event as the outbox table keeps it. */
export interface OutboxRow {
  /** The event's id. */
  id: string
  subject: string
  /** The event as JSON text, exactly as it will be published. */
  payload: string
  /** How often it was taken back to be sent again. It is part of the message id, so the broker does not drop it as a duplicate. */
  attempt: number
}

/**
 * The right of one process to relay one service's outbox: a session advisory lock on a connection of its own.
 * Every method runs on that connection, so a process that lost the lock can no longer mark anything.
 */
export interface OutboxLease {
  /** Aborted once the connection broke and with it the lock. */
  readonly lost: AbortSignal
  /** Called when new rows were committed (LISTEN). Best effort: the relay looks by itself twice a second. */
  onWake(listener: () => void): void
  /**
   * Unpublished rows in the order they were written, at most `limit`. To be read as `published_at IS NULL`: transactions
   * commit in another order than they take their numbers, so asking for "greater than the last one" misses rows (EVT-2).
   */
  pending(limit: number): Promise<OutboxRow[]>
  /** The broker has stored these, in this attempt. A row whose attempt has moved on in between stays unpublished. */
  markPublished(rows: readonly Pick<OutboxRow, 'id' | 'attempt'>[]): Promise<void>
  /**
   * Takes back (unpublished again, attempt + 1) up to `limit` rows that were published more than
   * `afterSeconds * 2 ** attempt` seconds ago, at most `ceilingSeconds`, and that nobody confirmed (EVT-5).
   * The doubling keeps a long absence of the audit service from filling the stream with copies.
   * @returns how many
   */
  resendUnconfirmed(afterSeconds: number, ceilingSeconds: number, limit: number): Promise<number>
  /**
   * Takes back what a lost stream held: of the rows published before `publishedBefore` (the new stream's creation; until
   * now when only its end is missing) every unconfirmed one, and every one published within the last `withinSeconds` even
   * though the audit confirmed it: other consumers may have missed it. A confirmed row stays confirmed.
   * @returns how many
   */
  resendAfterLoss(withinSeconds: number, publishedBefore: Date | undefined): Promise<number>
  /** Gives up the lock and closes the connection. */
  release(): Promise<void>
}

/** Where a service's events wait. `@kitroom/database` has the one over PostgreSQL. */
export interface Outbox {
  /**
   * Tries once to become the one that relays.
   * @returns undefined when another process is
   */
  lead(): Promise<OutboxLease | undefined>
  /** The audit service has stored these. Needs no lease; ids it does not know are ignored. */
  markConfirmed(ids: readonly string[]): Promise<void>
}
