import { ORGANIZATION } from '@kitroom/observability'
import {
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

const tracer = trace.getTracer('@kitroom/events')

/** W3C trace context as it stands in an event or in a message's headers. */
export interface Carrier {
  traceparent?: string | undefined
}

/** What a span says of an event. */
export interface Message {
  subject: string
  id: string
  orgId: string | undefined
}

const contextOf = (carrier: Carrier): Context => propagation.extract(ROOT_CONTEXT, carrier)

/**
 * Runs `work` as the publishing of an event, below the span in which the event was made. NATS has no instrumentation
 * of its own.
 * @param work is given what to put into the message's headers
 */
export function publishing<T>(
  message: Message,
  made: Carrier,
  work: (headers: Carrier) => Promise<T>,
): Promise<T> {
  if (made.traceparent === undefined) return work({})
  const span = tracer.startSpan(
    `publish ${message.subject}`,
    { kind: SpanKind.PRODUCER, attributes: { ...sending, ...attributesOf(message) } },
    contextOf(made),
  )
  const headers: Carrier = {}
  propagation.inject(trace.setSpan(contextOf(made), span), headers)
  return ending([span], work({ traceparent: headers.traceparent ?? made.traceparent }))
}

/** Runs `work` as the processing of one event, in the event's trace. */
export function processing<T>(
  durable: string,
  message: Message,
  sent: Carrier,
  work: () => Promise<T>,
): Promise<T> {
  const parent = contextOf(sent)
  const span = spanOfOne(durable, message, parent)
  return ending([span], context.with(trace.setSpan(parent, span), work))
}

/**
 * Runs `work` as the processing of several events at once. Each has its span in its own trace; what is done for all of
 * them is in a trace of its own, and the two are linked.
 */
export function processingBatch<T>(
  durable: string,
  subject: string,
  batch: readonly (Message & { sent: Carrier })[],
  work: () => Promise<T>,
): Promise<T> {
  const traced = batch.filter(({ sent }) => trace.getSpanContext(contextOf(sent)) !== undefined)
  const links = traced.map(({ sent }) => linkTo(trace.getSpanContext(contextOf(sent))))
  const attributes = { ...handling(durable), 'messaging.destination.name': subject }
  const span = tracer.startSpan(`process ${subject}`, {
    kind: SpanKind.CONSUMER,
    links: links.flat(),
    attributes: { ...attributes, 'messaging.batch.message_count': batch.length },
  })
  const link = linkTo(span.spanContext())
  const ofEach = traced.map((message) => spanOfOne(durable, message, contextOf(message.sent), link))
  return ending([...ofEach, span], context.with(trace.setSpan(context.active(), span), work))
}

function spanOfOne(durable: string, message: Message, parent: Context, links: Link[] = []): Span {
  const attributes = { ...handling(durable), ...attributesOf(message) }
  return tracer.startSpan(
    `process ${message.subject}`,
    { kind: SpanKind.CONSUMER, attributes, links },
    parent,
  )
}

const linkTo = (to: Link['context'] | undefined): Link[] => (to === undefined ? [] : [{ context: to }])

const sending = {
  'messaging.system': 'nats',
  'messaging.operation.name': 'publish',
  'messaging.operation.type': 'send',
}

const handling = (durable: string) => ({
  'messaging.system': 'nats',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.consumer.group.name': durable,
})

const attributesOf = ({ subject, id, orgId }: Message) => ({
  'messaging.destination.name': subject,
  'messaging.message.id': id,
  ...(orgId !== undefined && { [ORGANIZATION]: orgId }),
})

async function ending<T>(spans: readonly Span[], work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    for (const span of spans) {
      span.recordException(error instanceof Error ? error : String(error))
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    throw error
  } finally {
    for (const span of spans) span.end()
  }
}
