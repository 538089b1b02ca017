/** One committed change, as the trail keeps it. Times are instants; their millisecond is all that counts. */
export interface AuditEvent {
  id: string
  orgId: string
  /** Null for the system itself. */
  actorUserId: string | null
  entityType: string
  entityId: string
  action: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  /** When the change was made, by the clock of the service that made it. */
  at: Date
  /** When the trail got it, by the database's clock. */
  receivedAt: Date
  requestId: string
  service: string
  /** Of the W3C trace the change was made in. */
  traceId: string | null
}

/** What clients see of an event. */
export function auditEventFacts(event: AuditEvent) {
  return {
    id: event.id,
    org_id: event.orgId,
    actor_user_id: event.actorUserId,
    entity_type: event.entityType,
    entity_id: event.entityId,
    action: event.action,
    before_json: event.before,
    after_json: event.after,
    at: event.at.toISOString(),
    request_id: event.requestId,
    service: event.service,
  }
}

/** What an event's hash covers: everything that is kept of it, and its place in the chain. */
export function sealedFacts(event: AuditEvent, seq: number) {
  return {
    ...auditEventFacts(event),
    seq,
    received_at: event.receivedAt.toISOString(),
    trace_id: event.traceId,
  }
}
