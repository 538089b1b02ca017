import { type Sql, sql } from '@kitroom/database'

import type { AuditEvent } from '../domain/audit-event.ts'
import type { Link } from '../domain/chain.ts'

/** The columns of an event that clients may see, and those its hash covers besides. */
export interface EventRow {
  org_id: string
  id: string
  actor_user_id: string | null
  entity_type: string
  entity_id: string
  action: string
  before_json: Record<string, unknown> | null
  after_json: Record<string, unknown> | null
  at: Date
  received_at: Date
  request_id: string
  service: string
  trace_id: string | null
}

export interface LinkRow extends EventRow {
  seq: number
  prev_hash: string
  hash: string
  canonical: string
}

export const EVENT_COLUMNS: Sql = sql`org_id, id, actor_user_id, entity_type, entity_id, action, before_json,
  after_json, at, received_at, request_id, service, trace_id`

export const LINK_COLUMNS: Sql = sql`${EVENT_COLUMNS}, seq, encode(prev_hash, 'hex') as prev_hash,
  encode(hash, 'hex') as hash, canonical`

export function eventOf(row: EventRow): AuditEvent {
  return {
    id: row.id,
    orgId: row.org_id,
    actorUserId: row.actor_user_id,
    entityType: row.entity_type,
    entityId: row.entity_id,
    action: row.action,
    before: row.before_json,
    after: row.after_json,
    at: row.at,
    receivedAt: row.received_at,
    requestId: row.request_id,
    service: row.service,
    traceId: row.trace_id,
  }
}

export function linkOf(row: LinkRow): Link {
  return { ...eventOf(row), seq: row.seq, prevHash: row.prev_hash, hash: row.hash, canonical: row.canonical }
}

export function rowOf(link: Link): LinkRow {
  return {
    org_id: link.orgId,
    id: link.id,
    actor_user_id: link.actorUserId,
    entity_type: link.entityType,
    entity_id: link.entityId,
    action: link.action,
    before_json: link.before,
    after_json: link.after,
    at: link.at,
    received_at: link.receivedAt,
    request_id: link.requestId,
    service: link.service,
    trace_id: link.traceId,
    seq: link.seq,
    prev_hash: link.prevHash,
    hash: link.hash,
    canonical: link.canonical,
  }
}
