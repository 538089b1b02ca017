import { ORGANIZATION, workInHand } from '@kitroom/observability'
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace'

/**
 * All a span may say. What is not here is left out, so that a new version of an instrumentation cannot begin to tell
 * who somebody is: addresses of clients, queries, user agents and messages of errors are not.
 */
const ATTRIBUTES = new Set([
  ORGANIZATION,
  'error.type',
  'http.request.method',
  'http.request.resend_count',
  'http.response.status_code',
  'http.route',
  'network.protocol.version',
  'server.address',
  'server.port',
  'url.scheme',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'rpc.grpc.status_code',
  'db.system.name',
  'db.namespace',
  'db.operation.name',
  'db.query.summary',
  'db.query.text',
  'db.response.status_code',
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
  'messaging.message.id',
  'messaging.consumer.group.name',
  'messaging.batch.message_count',
])
const OF_EVENTS = new Set(['exception.type'])

function leaveOnly(allowed: ReadonlySet<string>, attributes: object = {}): void {
  for (const name of Object.keys(attributes)) if (!allowed.has(name)) Reflect.deleteProperty(attributes, name)
}

/** Gives every span the organisation it is about, and takes from it what may be personal. */
export function tellingNothingPersonal(): SpanProcessor {
  return {
    onStart(span) {
      const orgId = workInHand()?.orgId
      if (orgId !== undefined) span.setAttribute(ORGANIZATION, orgId)
    },
    onEnding(span: Span) {
      // gRPC's instrumentation is older than the conventions, which have no prefix.
      if (span.name.startsWith('grpc.')) span.updateName(span.name.slice('grpc.'.length))
      leaveOnly(ATTRIBUTES, span.attributes)
      for (const { attributes } of span.events) leaveOnly(OF_EVENTS, attributes)
      // The message of an error may quote what was sent.
      if (span.status.message !== undefined) span.setStatus({ code: span.status.code })
    },
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
}
