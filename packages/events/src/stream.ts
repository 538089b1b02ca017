import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream'
import { nanos, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node'

import type { Backlog } from './broker.ts'

/** The one stream; PostgreSQL is what remembers, so a lost stream is made again and filled from the outboxes. */
export const STREAM = 'KITROOM'

const DAY_MS = 86_400_000
const REQUEST_MS = 5_000
/** A handler that takes longer sees its message given to somebody else. */
const ACK_WAIT_MS = 30_000

const managerOf = (nats: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(nats, { timeout: REQUEST_MS, checkAPI: false })

/**
 * Makes the stream if it is not there, and brings its settings up to date.
 * @returns when it was created: another time than before means that the old one was lost (EVT-6)
 */
export async function ensureStream(nats: NatsConnection, replicas: number): Promise<Date> {
  const { streams } = await managerOf(nats)
  const settings = {
    subjects: ['kitroom.>'],
    max_age: nanos(7 * DAY_MS),
    duplicate_window: nanos(2 * 60_000),
    num_replicas: replicas,
  }
  const info = await streams.info(STREAM).catch((error: unknown) => {
    if (!isMissing(error, JetStreamApiCodes.StreamNotFound)) throw error
    return streams.add({
      name: STREAM,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      ...settings,
    })
  })
  if (!hasSettings(info, settings)) {
    await streams.update(STREAM, settings).catch((error: unknown) => {
      // The audit may, and does; with the old settings the stream serves until then.
      if (!(error instanceof PermissionViolationError)) throw error
    })
  }
  return new Date(info.created)
}

/** Makes the durable consumer if it is not there. Whoever is new gets the stream from its beginning. */
export async function ensureConsumer(
  nats: NatsConnection,
  durable: string,
  subject: string,
): Promise<Consumer> {
  const { consumers } = await managerOf(nats)
  await consumers.add(STREAM, {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    // Unlimited for the broker, which would drop a message in silence: it is we who count, and keep a dead letter.
    max_deliver: -1,
  })
  return jetstream(nats, { timeout: REQUEST_MS }).consumers.get(STREAM, durable)
}

/** How far each consumer is behind. */
export async function backlogs(nats: NatsConnection): Promise<Backlog[]> {
  const { consumers } = await managerOf(nats)
  const found: Backlog[] = []
  for await (const { name, num_pending, num_ack_pending } of consumers.list(STREAM))
    found.push({ durable: name, pending: num_pending + num_ack_pending })
  return found
}

const isMissing = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code

function hasSettings(
  { config }: StreamInfo,
  wanted: Pick<StreamInfo['config'], 'subjects' | 'max_age' | 'duplicate_window' | 'num_replicas'>,
): boolean {
  return (
    config.subjects.join() === wanted.subjects.join() &&
    config.max_age === wanted.max_age &&
    config.duplicate_window === wanted.duplicate_window &&
    config.num_replicas === wanted.num_replicas
  )
}
