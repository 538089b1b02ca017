import { type AuditAction, type EntityChanged, type EntityType, subjectOf } from '@kitroom/contracts'
import { v7 as uuidv7 } from 'uuid'

interface Told {
  orgId: string
  source?: string
  actor?: string | null
  entityType?: EntityType
  entityId?: string
  action?: AuditAction
  at?: Date
  after?: EntityChanged['data']['after']
}

/** An event as a service's outbox would hold it; what a test does not name is believable. */
export function changed(told: Told): EntityChanged {
  const { orgId, source = 'booking', entityType = 'Booking', entityId = uuidv7(), action = 'CREATE' } = told
  const state = { id: entityId, org_id: orgId, status: 'PENDING' }
  return {
    specversion: '1.0',
    id: uuidv7(),
    source,
    type: subjectOf(source, entityType, action),
    time: (told.at ?? new Date()).toISOString(),
    orgid: orgId,
    requestid: 'a-request',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    datacontenttype: 'application/json',
    data: {
      actor_user_id: told.actor === undefined ? uuidv7() : told.actor,
      entity_type: entityType,
      entity_id: entityId,
      action,
      before: action === 'CREATE' ? null : { ...state, status: 'DRAFT' },
      after: told.after === undefined ? state : told.after,
    },
  }
}

/** As many events as asked for, one second apart. */
export function manyChanged(count: number, told: Told): EntityChanged[] {
  const start = Date.UTC(2026, 2, 1)
  return Array.from({ length: count }, (_, i) => changed({ at: new Date(start + i * 1000), ...told }))
}
