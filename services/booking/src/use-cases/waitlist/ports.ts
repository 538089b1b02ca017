import type { Page, Paging, WaitlistEntry as EntryBody, WaitlistStatus } from '@kitroom/contracts'

import type { Period } from '../../domain/period.ts'
import type { LendingPolicy, WaitlistLimits } from '../../domain/rules/lending-policy.ts'
import type { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import type { WaitlistRecord } from '../../domain/waitlist/waitlist-limits.ts'

/** An entry as clients see it, read straight from the tables. */
export type EntryView = EntryBody

/** Entries of one transaction. */
export interface WaitlistStore {
  add: (entry: WaitlistEntry) => void
  /** Loads entries for change, locking their rows in the order of their ids. After the locks of their resources. */
  forChange: (ids: readonly string[]) => Promise<WaitlistEntry[]>
  /** Notes that the system itself changes an entry, whoever the transaction is for. */
  bySystem: (entry: WaitlistEntry) => void
  /** The database's clock at this moment: after a lock was waited for, later than the transaction's. */
  clock: () => Promise<Date>
  /** What one person has of the waitlist. */
  record: (userId: string, limits: WaitlistLimits) => Promise<WaitlistRecord>
  /** Entries that are offered a unit of the resource which is not among those that can be lent. */
  holdingOthersThan: (resourceId: string, lendable: readonly string[]) => Promise<WaitlistEntry[]>
  /** The first of those who wait for a resource within some time, after the given one in line. */
  candidates: (search: CandidateSearch) => Promise<Candidate[]>
  /** Brings the scores of one person's entries up to date. */
  rank: (policy: LendingPolicy, requesterUserId: string) => Promise<void>
  /** An entry as it is now, as clients see it. */
  show: (id: string) => Promise<EntryView>
}

/** Whom to ask for whether something that came free is what they wait for. */
export interface CandidateSearch {
  resourceId: string
  /** Ranges of time of which theirs must touch one. */
  within: readonly Period[]
  after: Candidate | undefined
  limit: number
}

/** Somebody in line. */
export interface Candidate {
  id: string
  startAt: Date
  endAt: Date
  /** Every resource the entry asks for. */
  resourceIds: readonly string[]
  /** Where it is in line: its precedence, as PostgreSQL writes it. */
  precedence: string
  createdAt: Date
}

/** The queue of resources that somebody waits for and that came free, as one transaction sees it. */
export interface FreedQueue {
  /** Has it looked at who waits for these resources, for as far as the period reaches. */
  add: (resourceIds: readonly string[], period: Period) => Promise<void>
  /** The same for those of the resources that somebody waits for, at whatever time. */
  addWanted: (resourceIds: readonly string[]) => Promise<void>
  /** What is queued of a resource. Whoever holds the lock of the resource has it alone. */
  of: (resourceId: string) => Promise<readonly number[]>
  /** Takes it off. */
  remove: (seqs: readonly number[]) => Promise<void>
}

/** A resource that came free, when, and what of the queue this stands for. */
export interface Freed {
  orgId: string
  resourceId: string
  within: readonly Period[]
  seqs: readonly number[]
}

/** What is asked about the waitlist outside any transaction of a use case. */
export interface WaitlistReads {
  list: (orgId: string, filters: EntryFilters, policy: LendingPolicy) => Promise<Page<EntryView>>
  one: (orgId: string, id: string, policy: LendingPolicy) => Promise<EntryView | undefined>
  /** All resources that entries ask for or are offered. */
  resourcesOf: (orgId: string, ids: readonly string[]) => Promise<readonly string[]>
  /** Scores brought up to date, those who wait for a resource, best first. */
  ranked: (orgId: string, search: CandidateSearch, policy: LendingPolicy) => Promise<Candidate[]>
  /** A stretch of time widened by the bookings that could be moved and touch it, or one of those, and so on. */
  connected: (orgId: string, resourceId: string, period: Period) => Promise<Period>
  /** What came free, in all organisations. */
  freed: () => Promise<readonly Freed[]>
  /** Entries whose offer, or the time they ask for, has come and gone by, in all organisations; some of them. */
  overdue: () => Promise<readonly { orgId: string; ids: readonly string[] }[]>
  /** Live entries of one person, in all organisations. */
  liveOf: (userId: string) => Promise<readonly { orgId: string; ids: readonly string[] }[]>
  /** How long until an offer lapses, in milliseconds by the database's clock; undefined when there is none. */
  timeLeft: (orgId: string, id: string) => Promise<number | undefined>
}

/** What a list of entries can be narrowed by. */
export interface EntryFilters extends Paging<'priority_score' | 'created_at'> {
  status?: readonly WaitlistStatus[] | undefined
  resource_id?: string | undefined
  requester?: string | undefined
}
