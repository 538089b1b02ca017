import { z } from 'zod'

import type { ServiceName } from './endpoint.ts'

/** What can happen to an entity, as the audit tells it. */
export const AuditAction = z
  .enum(['CREATE', 'UPDATE', 'SOFT_DELETE', 'RESTORE', 'STATUS_CHANGE'])
  .meta({ id: 'AuditAction' })
export type AuditAction = z.infer<typeof AuditAction>

export const EntityType = z
  .enum([
    'Organization',
    'User',
    'UserRole',
    'Session',
    'Resource',
    'ResourceUnit',
    'Tag',
    'Booking',
    'BookingMessage',
    'WaitlistEntry',
    'Fine',
    'Payment',
  ])
  .meta({ id: 'EntityType' })
export type EntityType = z.infer<typeof EntityType>

/** Whose entities they are: only that service tells what happened to them. */
export const OWNERS: Readonly<Record<EntityType, ServiceName>> = {
  Organization: 'auth',
  User: 'auth',
  UserRole: 'auth',
  Session: 'auth',
  Resource: 'inventory',
  ResourceUnit: 'inventory',
  Tag: 'inventory',
  Booking: 'booking',
  BookingMessage: 'booking',
  WaitlistEntry: 'booking',
  Fine: 'booking',
  Payment: 'booking',
}

const Snapshot = z.record(z.string(), z.json())

/**
 * The one event there is: an entity changed. A CloudEvents 1.0 envelope in structured mode
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md); consumers ignore fields they do not know.
 */
export const EntityChanged = z.object({
  specversion: z.literal('1.0'),
  /** UUIDv7; the id of the audit event too. */
  id: z.uuid(),
  /** The service that made the change. */
  source: z.string(),
  /** `kitroom.<service>.<entity>.<verb>`, also the subject. */
  type: z.string(),
  time: z.iso.datetime(),
  orgid: z.uuid(),
  requestid: z.string(),
  traceparent: z.string().optional(),
  datacontenttype: z.literal('application/json'),
  data: z.object({
    actor_user_id: z.uuid().nullable(),
    entity_type: EntityType,
    entity_id: z.string(),
    action: AuditAction,
    before: Snapshot.nullable(),
    after: Snapshot.nullable(),
  }),
})
export type EntityChanged = z.infer<typeof EntityChanged>

/** `ResourceUnit` and `STATUS_CHANGE` of inventory → `kitroom.inventory.resource-unit.status-change`. */
export function subjectOf(service: string, entityType: EntityType, action: AuditAction): string {
  const entity = entityType.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  return `kitroom.${service}.${entity}.${action.toLowerCase().replaceAll('_', '-')}`
}
