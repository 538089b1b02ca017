import type { EntityChanged } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { working } from '@kitroom/observability'
import type { JsMsg } from '@nats-io/jetstream'

import type { Attempts, BatchConsumption, SingleConsumption } from '../broker.ts'
import { measured } from '../figures.ts'
import type { Log } from '../log.ts'
import { parseEvent } from '../parse-event.ts'
import { processing, processingBatch } from '../tracing.ts'

interface Letter {
  message: JsMsg
  event: EntityChanged
}

const MAX_DELIVER = 8
/** Before the second attempt, the third, …; the last goes for all that follow. */
const RETRY_MS = [250, 1_000, 4_000, 15_000, 30_000, 60_000]
/** While what the handler needs is away. Kept short, because it is for all messages and ends when that is back. */
const OUTAGE_RETRY_MS = [250, 1_000, 3_000]

/** From this delivery on attempts are noted: an event that came so often waits for what is away, or ends whoever handles it. */
const NOTED_FROM = MAX_DELIVER + 1
/** One that stays may also be of who lost the database half-way, or was restarted; so many are a habit. */
const MOST_UNENDED = 5

/** Given back at the stop for whoever else consumes; long enough not to come back to us. */
const GIVE_BACK_MS = 500

/**
 * Offers messages to the handler and settles every one of them: ack, nak with a delay, or dead letter and term.
 * After the stop nothing more is begun.
 */
export async function deliver(
  messages: readonly JsMsg[],
  consumption: SingleConsumption | BatchConsumption,
  logger: Log,
  stopping: AbortSignal,
): Promise<void> {
  if (isStopped(stopping)) {
    for (const message of messages) message.nak(GIVE_BACK_MS)
    return
  }
  const letters: Letter[] = []
  for (const message of messages) {
    const parsed = parseEvent(message.subject, message.data)
    if ('event' in parsed) letters.push({ message, event: parsed.event })
    else if ('reason' in parsed) await bury(message, parsed.reason, consumption, logger)
    else if (consumption.keepUnfamiliar === true) await bury(message, parsed.unfamiliar, consumption, logger)
    else message.ack()
  }
  if ('handleBatch' in consumption && letters.length > 1 && !letters.some(isNoted)) {
    if (await deliverBatch(letters, consumption, logger)) return
  }
  for (const letter of letters) {
    if (isStopped(stopping)) letter.message.nak(GIVE_BACK_MS)
    else await deliverOne(letter, consumption, logger)
  }
}

/** A function, because the compiler believes that what was false before an await is false after it. */
const isStopped = (signal: AbortSignal): boolean => signal.aborted

const isNoted = ({ message }: Letter): boolean => message.info.deliveryCount >= NOTED_FROM

async function deliverBatch(
  letters: readonly Letter[],
  consumption: BatchConsumption,
  logger: Log,
): Promise<boolean> {
  const events = letters.map(({ event }) => event)
  try {
    await processingBatch(consumption.durable, consumption.subject, letters.map(tracedAs), () =>
      measured(consumption.durable, () => consumption.handleBatch(events)),
    )
  } catch (error) {
    if (!isOutage(error)) {
      logger.warn(
        { err: error, durable: consumption.durable, events: events.length },
        'a batch failed; one by one now',
      )
      return false
    }
    for (const { message } of letters) retryLater(message, OUTAGE_RETRY_MS)
    return true
  }
  for (const { message } of letters) message.ack()
  return true
}

async function deliverOne(
  { message, event }: Letter,
  consumption: SingleConsumption | BatchConsumption,
  logger: Log,
): Promise<void> {
  const attempt = message.info.deliveryCount
  const handle = () =>
    'handle' in consumption
      ? consumption.handle(event, { subject: message.subject, attempt })
      : consumption.handleBatch([event])
  const { sent, ...told } = tracedAs({ message, event })
  const { attempts } = consumption
  const work =
    attempts !== undefined && isNoted({ message, event })
      ? () => noted(attempts, event, attempt, handle)
      : handle
  try {
    await working({ requestId: event.requestid, orgId: event.orgid }, () =>
      processing(consumption.durable, told, sent, () => measured(consumption.durable, work)),
    )
    message.ack()
  } catch (error) {
    const fields = { err: error, durable: consumption.durable, event_id: event.id, attempt }
    logger.warn(fields, 'an event could not be handled')
    if (isOutage(error)) retryLater(message, OUTAGE_RETRY_MS)
    else if (attempt < (consumption.maxDeliver ?? MAX_DELIVER)) retryLater(message, RETRY_MS)
    else await bury(message, error instanceof Error ? error.message : String(error), consumption, logger)
  }
}

/**
 * Handles an event with a note of it that stays when the process ends over it. A database that is away takes no note, so
 * that an outage alone never adds up.
 * @throws Error when too many notes have stayed
 */
async function noted(
  attempts: Attempts,
  event: EntityChanged,
  attempt: number,
  handle: () => Promise<void>,
): Promise<void> {
  const unended = await attempts.begin(event, attempt)
  if (unended >= MOST_UNENDED) throw new Error(`Whoever handled it ended over it, ${unended} times.`)
  try {
    await handle()
  } finally {
    await attempts.end(event, attempt).catch(() => undefined)
  }
}

const tracedAs = ({ message, event }: Letter) => ({
  subject: message.subject,
  id: event.id,
  orgId: event.orgid,
  sent: { traceparent: message.headers?.get('traceparent') ?? event.traceparent },
})

/** The message is at rest only once the dead letter is stored; until then it comes again. */
async function bury(
  message: JsMsg,
  reason: string,
  { durable, deadLetter }: SingleConsumption | BatchConsumption,
  logger: Log,
): Promise<void> {
  const raw = { subject: message.subject, payload: message.string(), attempts: message.info.deliveryCount }
  try {
    await deadLetter(raw, reason)
    // Without a reason: given one, nats-server 2.9 does not understand and delivers the message again.
    message.term()
    logger.error(
      { durable, subject: raw.subject, attempts: raw.attempts, reason },
      'an event became a dead letter',
    )
  } catch (error) {
    logger.error({ err: error, durable, subject: raw.subject }, 'a dead letter could not be stored')
    retryLater(message, RETRY_MS)
  }
}

/** What is away will be back: such a failure is no reason to give the message up. */
const isOutage = (error: unknown): boolean => error instanceof Failure && error.kind === 'unavailable'

function retryLater(message: JsMsg, delays: readonly number[]): void {
  const delay = delays[Math.min(message.info.deliveryCount, delays.length) - 1] ?? 0
  message.nak(Math.round(delay * (0.75 + Math.random() / 2)))
}
