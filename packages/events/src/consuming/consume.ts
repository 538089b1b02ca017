import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream'

import type { BatchConsumption, SingleConsumption, Subscription } from '../broker.ts'
import type { Connection } from '../connection.ts'
import type { Log } from '../log.ts'
import { backoff, orAborted, pause } from '../pause.ts'
import { ensureConsumer, ensureStream } from '../stream.ts'
import { deliver } from './deliver.ts'

/** Messages asked for at once. One by one they must all be handled before the broker loses patience (ACK_WAIT_MS). */
const SINGLE_PULL = 20
const BATCH = 100
const PULL_MS = 5_000
/** Messages that were sent before the broker heard of the stop arrive within this time. */
const STOP_MS = 200

/** What is consumed, and over which connection. */
interface Consuming {
  connection: Connection
  /** Copies of the stream, where it has to be made. */
  replicas: number
  consumption: SingleConsumption | BatchConsumption
  logger: Log
}

/**
 * Consumes until stopped. It pulls in rounds of a few seconds instead of using the client's endless `consume()`: that
 * one stays silent for ever after the stream was lost and made again, while here every round ends, and one that ends
 * badly makes stream and consumer anew (EVT-6).
 */
export function consume(consuming: Consuming): Subscription {
  const stopping = new AbortController()
  const ended = supervise(consuming, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

async function supervise(consuming: Consuming, signal: AbortSignal): Promise<void> {
  const { logger, consumption } = consuming
  const { durable } = consumption
  let consumer: Consumer | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      consumer ??= await orAborted(open(consuming, signal), signal)
      if (consumer === undefined) return
      await pull(consumer, consuming, signal)
      if (failures > 0) logger.info({ durable }, 'consuming again')
      failures = 0
    } catch (error) {
      consumer = undefined
      failures += 1
      if (failures === 1) logger.warn({ err: error, durable }, 'consuming was interrupted')
      await pause(backoff(failures, 2_000), signal)
    }
  }
}

async function open(
  { connection, replicas, consumption: { durable, subject } }: Consuming,
  signal: AbortSignal,
): Promise<Consumer | undefined> {
  const nats = await connection.ready(signal)
  if (nats === undefined) return undefined
  await ensureStream(nats, replicas)
  return ensureConsumer(nats, durable, subject)
}

/** One round: what comes within some seconds, handled in the order it comes. */
async function pull(
  consumer: Consumer,
  { consumption, logger }: Consuming,
  signal: AbortSignal,
): Promise<void> {
  const size = 'handleBatch' in consumption ? (consumption.batch ?? BATCH) : SINGLE_PULL
  const messages = await consumer.fetch({ max_messages: size, expires: PULL_MS })
  const ending = endSoonAfter(signal, messages)
  let arrived: JsMsg[] = []
  const settle = async () => {
    const batch = arrived
    arrived = []
    await deliver(batch, consumption, logger, signal)
  }
  try {
    for await (const message of messages) {
      arrived.push(message)
      // More lies in the buffer already: take it along.
      if (messages.getPending() === 0) await settle()
    }
    await settle()
  } finally {
    ending.cancel()
  }
}

/** Ends a round a moment after the stop, so that what is on its way can be given back instead of being waited for. */
function endSoonAfter(signal: AbortSignal, messages: ConsumerMessages): { cancel: () => void } {
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    timer = setTimeout(() => void messages.close(), STOP_MS)
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return {
    cancel() {
      signal.removeEventListener('abort', end)
      clearTimeout(timer)
    },
  }
}
