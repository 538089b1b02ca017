import {
  type Context,
  context,
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

const contextOf = (carrier: Carrier): Context => propagation.extract(ROOT_CONTEXT, carrier)

/**
 * Runs `work` as the publishing of an event, below the span in which the event was made. NATS has no instrumentation
 * of its own.
 * @param work is given what to put into the message's headers
 */
export function publishing<T>(
  subject: string,
  id: string,
  made: Carrier,
  work: (headers: Carrier) => Promise<T>,
): Promise<T> {
  if (made.traceparent === undefined) return work({})
  const span = tracer.startSpan(
    `publish ${subject}`,
    { kind: SpanKind.PRODUCER, attributes: attributesOf(subject, id) },
    contextOf(made),
  )
  const headers: Carrier = {}
  propagation.inject(trace.setSpan(contextOf(made), span), headers)
  return ending(span, work({ traceparent: headers.traceparent ?? made.traceparent }))
}

/** Runs `work` as the processing of one event. */
export function processing<T>(
  subject: string,
  id: string,
  sent: Carrier,
  work: () => Promise<T>,
): Promise<T> {
  const parent = contextOf(sent)
  const span = tracer.startSpan(
    `process ${subject}`,
    { kind: SpanKind.CONSUMER, attributes: attributesOf(subject, id) },
    parent,
  )
  return ending(span, context.with(trace.setSpan(parent, span), work))
}

/** Runs `work` as the processing of several events, each in a trace of its own: a span linked to all of them. */
export function processingBatch<T>(
  subject: string,
  sent: readonly Carrier[],
  work: () => Promise<T>,
): Promise<T> {
  const links = sent.flatMap((carrier) => {
    const linked = trace.getSpanContext(contextOf(carrier))
    return linked ? [{ context: linked }] : []
  })
  const span = tracer.startSpan(`process ${subject}`, {
    kind: SpanKind.CONSUMER,
    links,
    attributes: { ...attributesOf(subject), 'messaging.batch.message_count': sent.length },
  })
  return ending(span, context.with(trace.setSpan(context.active(), span), work))
}

const attributesOf = (subject: string, id?: string) => ({
  'messaging.system': 'nats',
  'messaging.destination.name': subject,
  ...(id !== undefined && { 'messaging.message.id': id }),
})

async function ending<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error))
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
