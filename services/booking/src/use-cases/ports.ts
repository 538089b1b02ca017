import type {
  Booking as BookingBody,
  BookingStatus,
  Call,
  Fine as FineBody,
  FineStatus,
  Once,
  Origin,
  Page,
  Paging,
  Payment as PaymentBody,
} from '@kitroom/contracts'

import type { MovableItem } from '../domain/allocation/allocation.ts'
import type { Placement } from '../domain/allocation/unit-calendar.ts'
import type { Booking } from '../domain/booking.ts'
import type { WishedUnit } from '../domain/booking-item.ts'
import type { Claim } from '../domain/claim.ts'
import type { Fine } from '../domain/fine.ts'
import type { Payment } from '../domain/payment.ts'
import type { Period } from '../domain/period.ts'
import type { LendingPolicy, Role } from '../domain/rules/lending-policy.ts'
import type { LendableSearch } from './availability/ports.ts'
import type { RefusedDemand } from './demand/ports.ts'
import type { NoShowReads } from './desk/ports.ts'
import type { LateReads, LateStore } from './late/ports.ts'
import type { MessageStore } from './messages/ports.ts'
import type { BorrowerStore } from './rules/ports.ts'
import type { FreedQueue, WaitlistReads, WaitlistStore } from './waitlist/ports.ts'

/** What inventory says can be lent: asked before a transaction, judged inside it. */
export interface Supply {
  /** By resource; absent when there is no such resource. */
  resources: ReadonlyMap<
    string,
    { name: string; type: string; lendable: boolean; unitIds: readonly string[] }
  >
  /** The resource of each unit asked about by id; absent when there is no such unit. */
  units: ReadonlyMap<string, { resourceId: string }>
}

export interface Inventory extends LendableSearch {
  /** @throws Failure dependency-unavailable: without an answer nothing is booked */
  supplyOf: (
    orgId: string,
    wanted: { unitIds: readonly string[]; resourceIds: readonly string[] },
  ) => Promise<Supply>
}

export interface Directory {
  /** The rules of the organisation, as they were at most seconds ago. */
  policyOf: (orgId: string) => Promise<LendingPolicy>
  /** The roles an active member holds; none for anybody else. */
  rolesOf: (orgId: string, userId: string) => Promise<readonly Role[]>
  /** Whether the user is active and holds a role in the organisation. */
  isMember: (orgId: string, userId: string) => Promise<boolean>
}

/** What inventory and auth said before the transaction; judged inside it. */
export interface Answers {
  supply: Supply
  policy: LendingPolicy
}

export interface BookingStore {
  add: (booking: Booking) => void
  /** Loads a booking for change, locking its row; undefined when the organisation has none of this id. */
  forChange: (id: string) => Promise<Booking | undefined>
  /** Loads for change, in the order of their ids, the bookings these items belong to. */
  ofItems: (itemIds: readonly string[]) => Promise<Booking[]>
}

/** What keeps the units of one resource, as far as it matters to some period and was looked at. */
export interface Schedule {
  fixed: Placement[]
  movable: MovableItem[]
}

export interface OccupancyStore {
  /** What is asked next waits until nobody else is taking or moving units of these resources. Before anything else. */
  lock: (resourceIds: readonly string[]) => void
  /**
   * What keeps units of the resource during the period, and then with each further look more of what is connected with it by
   * bookings that may be moved, until that is all. A loan that is overdue keeps its unit without end.
   */
  around: (resourceId: string, period: Period) => AsyncGenerator<Schedule, undefined>
  /**
   * What keeps units of the resources at some time of the period, by resource, for a look before the lock. A loan that is
   * overdue is left out once its time is over, though it keeps its unit.
   */
  kept: (resourceIds: readonly string[], period: Period) => Promise<ReadonlyMap<string, Schedule>>
  /** Takes the units of a claim for as long as it keeps them, in one statement. */
  take: (claim: Claim) => Promise<void>
  /** Moves items to other units, in one statement, judged at its end. */
  move: (moves: readonly { itemId: string; to: string }[]) => void
  /** Frees all units of a booking. */
  free: (bookingId: string) => void
  /** Items that wait on units of the resource which are not among those that can be lent, and were not handed out. */
  stranded: (resourceId: string, lendable: readonly string[]) => Promise<string[]>
  /** Frees the units of some items of a booking. */
  freeItems: (itemIds: readonly string[]) => void
  /**
   * What others have the units for: those who have them still, who had them at an instant of the past, and whoever is to have
   * them at some time of a period.
   */
  ofOthers: (
    bookingId: string,
    unitIds: readonly string[],
    when: { at: Date; period: Period | null },
  ) => Promise<Placement[]>
  /** When others had the units at an instant of the past; they are back. */
  hadBy: (units: { unitIds: readonly string[]; butBy: string; at: Date }) => Promise<Placement[]>
  /**
   * Waits for whoever is just giving units of these resources free within the period, and keeps everybody from it until
   * the transaction ends: who finds something taken after that and says so in time misses nothing that comes free.
   */
  settleFrees: (resourceIds: readonly string[], period: Period) => Promise<void>
  /** Passes what is held for an entry to a booking whose items have the same ids, unless it has lapsed; how many units. */
  pass: (entryId: string, bookingId: string) => Promise<number>
  /** Frees all units held for entries. */
  release: (entryIds: readonly string[]) => Promise<void>
  /** Marks the units of items as handed out at an instant: nothing moves them any more, and they are away from then on. */
  collect: (itemIds: readonly string[], at: Date) => void
}

/**
 * What could be lent when the last change of a resource in inventory was settled. An answer of inventory that was given
 * before then is acted on for moments after it, and what was withdrawn meanwhile would be taken for good (CON-15).
 */
export interface SettledSupply {
  /** The units, by resource; only what was settled so lately that an older answer may still be acted on. Under the locks. */
  of: (resourceIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
  /**
   * Under the lock of the resource, which units can be lent by an answer that was asked for after `round` was read.
   * @throws Failure dependency-unavailable when another change was settled since: the answer may be older than that
   */
  note: (resourceId: string, unitIds: readonly string[], round: number) => Promise<void>
  /** One more can be lent. */
  add: (resourceId: string, unitId: string) => Promise<void>
}

export interface FineStore {
  add: (fine: Fine) => void
  /** Loads for change those of the fines that the organisation has, locking their rows in the order of their ids. */
  forChange: (ids: readonly string[]) => Promise<Fine[]>
}

export interface PaymentStore {
  /**
   * The number of the next receipt. Others wait for it until the transaction ends, and it is given back when the
   * transaction fails, so nothing is missing; so it is taken last.
   */
  nextNumber: () => Promise<number>
  add: (payment: Payment) => Promise<void>
}

/** What a use case works with inside its transaction. */
export interface Work {
  bookings: BookingStore
  occupancy: OccupancyStore
  settled: SettledSupply
  fines: FineStore
  payments: PaymentStore
  messages: MessageStore
  borrowers: BorrowerStore
  late: LateStore
  /** Notes what is about to be refused: counted as demand when the transaction fails for it. */
  noteRefusal: (refused: readonly RefusedDemand[]) => void
  waitlist: WaitlistStore
  freed: FreedQueue
  /** Notes that an event is being dealt with; false when it was before. */
  firstReceipt: (eventId: string) => Promise<boolean>
  /** The database's clock. */
  now: Date
}

/** A call that is to happen once. */
export type KeyedCall = Call & { once: Once }

/** What a request that may be in vain is judged with: it waits for nobody. */
export type Judging = Pick<Work, 'borrowers' | 'noteRefusal' | 'now'> & {
  occupancy: Pick<OccupancyStore, 'kept'>
  /** Answers what all who are judged together ask alike, once for all of them. */
  once: <Answer>(question: readonly unknown[], answer: () => Promise<Answer>) => Promise<Answer>
}

export interface Ports {
  inTransaction: <T>(origin: Origin, work: (tools: Work) => Promise<T>) => Promise<T>
  /**
   * Refuses in one transaction what can be of the requests of one organisation, each as it would be in its own.
   * @param requests with whose claims they are about
   * @param judge throws the Failure that refuses a request, or returns: then it is as if nobody had looked
   * @returns by place what a request hears: its refusal, or that it was answered before
   */
  refuseTogether: <Request extends { call: KeyedCall; borrowerId: string }>(
    requests: readonly Request[],
    judge: (tools: Judging, request: Request) => Promise<void>,
  ) => Promise<ReadonlyMap<number, Error>>
  inventory: Inventory
  directory: Directory
  /** What a booking asks for at present, outside any transaction: what to ask inventory about. */
  wishesOf: (orgId: string, bookingId: string) => Promise<readonly WishedUnit[]>
  /** Whose something is, outside any transaction; undefined when the organisation has none of this id. */
  ownerOf: Record<'booking' | 'fine', (orgId: string, id: string) => Promise<string | undefined>>
  /** Bookings that wait on units of a resource which cannot be lent any more, and all resources each of them needs. */
  stranded: (
    orgId: string,
    resourceId: string,
    lendable: readonly string[],
  ) => Promise<readonly { id: string; resourceIds: readonly string[] }[]>
  /** How often changes of a resource were settled; 0 when none was. */
  settledRound: (orgId: string, resourceId: string) => Promise<number>
  late: LateReads
  noShows: NoShowReads
  waiting: WaitlistReads
  /** How long an offer holds its units. */
  offerMs: number
  newId: () => string
}

/** What a list of bookings can be narrowed by. */
export interface BookingFilters extends Paging<'start_at' | 'created_at'> {
  status?: readonly BookingStatus[] | undefined
  requester?: string | undefined
  resource_unit_id?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
}

/** A booking as clients see it, read straight from the tables. */
export type BookingView = BookingBody

/** Reads for screens, which need no domain. */
export interface BookingReads {
  list: (orgId: string, filters: BookingFilters) => Promise<Page<BookingView>>
  one: (orgId: string, id: string) => Promise<BookingView | undefined>
  /** Those of the ids that the organisation has. */
  batch: (orgId: string, ids: readonly string[]) => Promise<BookingView[]>
  /** When each of the units is taken within the window, clipped to it; a loan that is overdue has no end. */
  busy: (orgId: string, unitIds: readonly string[], window: Period) => Promise<Placement[]>
}

/** What a list of fines can be narrowed by. */
export interface FineFilters extends Paging<'created_at' | 'amount_cents'> {
  status?: readonly FineStatus[] | undefined
  user?: string | undefined
  booking_id?: string | undefined
}

/** Fines and payments as clients see them, read straight from the tables. */
export interface FineReads {
  list: (orgId: string, filters: FineFilters) => Promise<Page<FineBody>>
  one: (orgId: string, id: string) => Promise<FineBody | undefined>
  payment: (orgId: string, id: string) => Promise<PaymentBody | undefined>
}
