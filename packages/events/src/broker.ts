import type { EntityChanged } from '@kitroom/contracts'

import type { Log } from './log.ts'

export interface BrokerOptions {
  /** `nats://host:port`, several separated by commas; may carry user and password. */
  url: string
  /** The connection's name, shown by the broker: the service's. */
  name: string
  logger: Log
  /** Copies of the stream in a cluster; 1 on a single server. */
  replicas?: number
}

/** Something that goes on until it is stopped; `stop` waits for the work at hand. */
export interface Subscription {
  stop(): Promise<void>
}

/** How an event reached us. */
export interface Delivery {
  subject: string
  /** 1 for the first time. */
  attempt: number
}

/** A message nobody could use, as it came. */
export interface RawMessage {
  subject: string
  payload: string
  attempts: number
}

/** Attempts that outlive the process that makes them. */
export interface Attempts {
  /** Notes one before it is made. Returns how many earlier ones were never ended. */
  begin: (event: EntityChanged, attempt: number) => Promise<number>
  end: (event: EntityChanged, attempt: number) => Promise<void>
}

interface ConsumptionBase {
  /** The consumer's name, one per purpose: `audit`, `booking-inventory`. Processes with the same name share the work. */
  durable: string
  /** One subject with wildcards: `kitroom.>`, `kitroom.inventory.>`. */
  subject: string
  /** Keeps a message that no attempt could handle; when it throws the message comes again. */
  deadLetter: (message: RawMessage, reason: string) => Promise<void>
  /** Where attempts at an event that has come often are noted, so that one which kills its process can be told. */
  attempts?: Attempts
  /** Attempts before a message is a dead letter, 8 unless told. A Failure of kind `unavailable` never makes one. */
  maxDeliver?: number
  /**
   * Whether an event of an entity or action that is newer than we are becomes a dead letter, to be redriven after the
   * upgrade that knows it; otherwise it is none of this consumer's business (EVT-15).
   */
  keepUnfamiliar?: boolean
}

export interface SingleConsumption extends ConsumptionBase {
  /** Its transaction records the event's id in the inbox: an event may come more than once. */
  handle: (event: EntityChanged, delivery: Delivery) => Promise<void>
}

export interface BatchConsumption extends ConsumptionBase {
  /** All of them or none. When it throws, the events are offered one by one. */
  handleBatch: (events: readonly EntityChanged[]) => Promise<void>
  /** The most events at once, 100 unless told. */
  batch?: number
}

export interface Following {
  subject: string
  onEvent: (event: EntityChanged) => void
  /** Events may have been missed: the connection was away. Whoever caches drops everything. */
  onGap?: () => void
}

/** Where the broker put a published event. */
export interface Stored {
  sequence: number
  /** It had this message id already and keeps the first. */
  duplicate: boolean
}

/** What a durable consumer has before it. */
export interface Backlog {
  durable: string
  /** Events it was not yet sent, or has not yet acknowledged. */
  pending: number
}

/** The connection to NATS JetStream. All of it may be called before the broker was ever reached. */
export interface Broker extends AsyncDisposable {
  healthy(): boolean
  /** A durable subscription; at least once, acknowledged after the handler is done. */
  consume(consumption: SingleConsumption | BatchConsumption): Subscription
  /** New events only, seen by every process that follows, at most once. */
  follow(following: Following): Subscription
  /** Tells a service which of its events are stored for good. May get lost; the service then sends them again. */
  confirm(service: string, eventIds: readonly string[]): void
  onConfirmed(service: string, confirmed: (ids: readonly string[]) => Promise<void>): Subscription
  /**
   * Publishes an event; done when the stream has stored it. For the relay: everybody else writes to the outbox.
   * @throws Error when the broker is away or does not answer
   */
  publish(subject: string, payload: string, messageId: string): Promise<Stored>
  /**
   * Of every durable consumer there is, also of those whose processes are all away.
   * @throws Error when the broker is away
   */
  backlogs(): Promise<Backlog[]>
  /**
   * Makes sure that the stream exists.
   * @returns when it was created
   * @throws Error when the broker is away
   */
  ensureStream(): Promise<Date>
  /**
   * Calls each time the broker is there again after it was away, and at once when it is there.
   * @returns ends the calls
   */
  onReachable(listener: () => void): () => void
  /** Waits for a broker that is away, at most until the signal is aborted. */
  reachable(signal: AbortSignal): Promise<void>
}
