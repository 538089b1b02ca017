import type { Broker } from '../broker.ts'
import type { Log } from '../log.ts'
import type { OutboxLease, OutboxRow } from '../outbox.ts'
import { backoff, pause } from '../pause.ts'
import { Bell } from './bell.ts'

export interface LeaseWork {
  broker: Broker
  logger: Log
  stopping: AbortSignal
}

/** Without a notification new rows wait this long at most (EVT-4). */
const SWEEP_MS = 500
const BATCH = 500
/** Published and not yet acknowledged. */
const OUTSTANDING = 100

const CHECK_MS = 5_000
const UNCONFIRMED_SECONDS = 30
const UNCONFIRMED_CEILING_SECONDS = 600
/** The most that is sent again because the broker was away; with more, the audit is behind and will say so itself. */
const AFTER_ABSENCE = 5_000
/** Consumers that lag further behind than this when the stream is lost have to be repaired by hand. */
const RESEND_AFTER_LOSS_SECONDS = 3_600

/** Failing to publish is the broker's trouble; everything else is the database's and ends the lease. */
class PublishFailed extends Error {}

/**
 * Relays until stopped or until the lease is lost.
 * @throws what the lease throws
 */
export async function relayUnderLease(
  lease: OutboxLease,
  { broker, logger, stopping }: LeaseWork,
): Promise<void> {
  const until = AbortSignal.any([stopping, lease.lost])
  const bell = new Bell()
  lease.onWake(() => bell.ring())
  const stream = new StreamWatch(lease, broker, logger)
  const forget = broker.onReachable(() => {
    stream.wasAway()
    bell.ring()
  })
  until.addEventListener('abort', forget, { once: true })
  let failures = 0
  while (!until.aborted) {
    try {
      await stream.check()
      const rows = await lease.pending(BATCH)
      if (rows.length === 0) await bell.heard(SWEEP_MS, until)
      else await publishAll(rows, lease, broker, stream)
      failures = 0
    } catch (error) {
      if (!(error instanceof PublishFailed)) throw error
      failures += 1
      if (failures === 1)
        logger.warn({ err: error.cause }, 'events cannot be published; they wait in the outbox')
      stream.suspect()
      await pause(backoff(failures, 5_000), until)
      await broker.reachable(until)
    }
  }
}

async function publishAll(
  rows: OutboxRow[],
  lease: OutboxLease,
  broker: Broker,
  stream: StreamWatch,
): Promise<void> {
  for (let from = 0; from < rows.length; from += OUTSTANDING) {
    const window = rows.slice(from, from + OUTSTANDING)
    const outcomes = await Promise.allSettled(
      window.map(({ id, subject, payload, attempt }) => broker.publish(subject, payload, `${id}:${attempt}`)),
    )
    const stored = window.filter((_row, n) => outcomes[n]?.status === 'fulfilled')
    if (stored.length > 0) await lease.markPublished(stored)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw new PublishFailed('not stored', { cause: outcome.reason })
      stream.stored(outcome.value.sequence, outcome.value.duplicate)
    }
  }
}

/** Notices that the stream was lost, wholly or at its end, and takes back what it held (EVT-6). */
class StreamWatch {
  private readonly lease: OutboxLease
  private readonly broker: Broker
  private readonly logger: Log
  private nextCheck = 0
  private created = 0
  private lastSequence = 0
  private cutShort = false
  private away = false

  constructor(lease: OutboxLease, broker: Broker, logger: Log) {
    this.lease = lease
    this.broker = broker
    this.logger = logger
  }

  /** Look again before anything else is published. */
  suspect(): void {
    this.nextCheck = 0
  }

  /** What the audit confirmed meanwhile was not heard: it will have to say it again. */
  wasAway(): void {
    this.away = true
    this.suspect()
  }

  /** Sequences only grow; a smaller one means that the broker has lost the end of the stream. */
  stored(sequence: number, duplicate: boolean): void {
    if (duplicate) return
    if (sequence <= this.lastSequence) {
      this.cutShort = true
      this.suspect()
    }
    this.lastSequence = sequence
  }

  async check(): Promise<void> {
    if (performance.now() < this.nextCheck) return
    this.nextCheck = performance.now() + CHECK_MS
    const created = await this.broker.ensureStream().catch((cause: unknown) => {
      throw new PublishFailed('no stream', { cause })
    })
    if (created.getTime() !== this.created || this.cutShort) await this.takeBack(created)
    if (this.away) {
      this.away = false
      await this.lease.resendUnconfirmed(0, 0, AFTER_ABSENCE)
    }
    const late = await this.lease.resendUnconfirmed(UNCONFIRMED_SECONDS, UNCONFIRMED_CEILING_SECONDS, BATCH)
    if (late > 0) this.logger.warn({ events: late }, 'events that nobody confirmed are sent again')
  }

  /** A new stream holds nothing from before its creation; one that was cut short may lack anything up to now. */
  private async takeBack(created: Date): Promise<void> {
    const sameStream = created.getTime() === this.created
    const before = sameStream ? undefined : created
    const events = await this.lease.resendAfterLoss(RESEND_AFTER_LOSS_SECONDS, before)
    if (events > 0)
      this.logger.warn({ events, stream_created: created }, 'the stream was lost; events are sent again')
    this.created = created.getTime()
    this.cutShort = false
    if (!sameStream) this.lastSequence = 0
  }
}
