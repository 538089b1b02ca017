import { context, createContextKey, trace } from '@opentelemetry/api'

/** Where the HTTP instrumentation keeps what it will call the request; `@opentelemetry/core` has the same key. */
const REQUEST_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')

/** Names the route of the request in hand, `/bookings/{id}`: for its span, and its figures. */
export function routed(route: string): void {
  const metadata = context.active().getValue(REQUEST_METADATA)
  if (typeof metadata === 'object' && metadata !== null) Object.assign(metadata, { route })
}

/** Whether a span is open here: calls that are made carry its context then, and need no other. */
export const isTraced = (): boolean => trace.getActiveSpan() !== undefined
