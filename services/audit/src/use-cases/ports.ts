import type { AuditAction, EntityType, Page, Paging } from '@kitroom/contracts'

import type { AuditEvent } from '../domain/audit-event.ts'
import type { Head, Link } from '../domain/chain.ts'

/** The trail of one organisation, open for writing until its transaction ends. */
export interface Trail {
  /** The database's clock when the transaction began. */
  now: Date
  /** Where the chain ends. Nobody else appends to it until the transaction ends. */
  lockedHead: () => Promise<Head>
  /** Notes these events as received. Returns the ids that had not been before. */
  firstReceipts: (eventIds: readonly string[]) => Promise<ReadonlySet<string>>
  append: (links: readonly Link[]) => Promise<void>
}

/** Runs work in one transaction on an organisation's trail. */
export type InTrail = <T>(orgId: string, work: (trail: Trail) => Promise<T>) => Promise<T>

/** Which events, in which order; `from` ≤ at < `to`. */
export interface Question extends Paging<'at'> {
  entity_type?: EntityType | undefined
  entity_id?: string | undefined
  actor?: string | undefined
  action?: AuditAction | undefined
  from?: Date | undefined
  to?: Date | undefined
}

/** Reads of one organisation's trail. */
export interface Events {
  list: (orgId: string, question: Question) => Promise<Page<AuditEvent>>
  find: (orgId: string, id: string) => Promise<AuditEvent | undefined>
}

/** One pass over an organisation's chain. */
export interface Walk {
  /** The head as recorded, and the first event beyond it, both at the same instant: there should be none. */
  end: () => Promise<{ recorded: Head; beyondId: string | null }>
  /** The links up to the recorded head, oldest first, a chunk at a time. */
  chunks: (upToSeq: number) => AsyncIterable<readonly Link[]>
}

/**
 * Runs work over an organisation's whole chain, one such work at a time.
 * Throws Failure rate-limited while another is running.
 */
export type InWalk = <T>(orgId: string, work: (walk: Walk) => Promise<T>) => Promise<T>

/** Tells a service which of its events are stored for good. */
export type Confirm = (service: string, eventIds: readonly string[]) => void
