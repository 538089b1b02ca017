import type { EntityChanged } from '@kitroom/contracts'

import type { AuditEvent } from '../domain/audit-event.ts'
import { append, type Seal } from '../domain/chain.ts'
import type { Confirm, InTrail } from './ports.ts'

export interface Recording {
  inTrail: InTrail
  seal: Seal
  confirm: Confirm
}

/**
 * Puts events on the trails of their organisations, in the order they came, each once however often it comes, and
 * then tells their services.
 */
export const recordEvents =
  ({ inTrail, seal, confirm }: Recording) =>
  async (events: readonly EntityChanged[]): Promise<void> => {
    for (const [orgId, received] of Map.groupBy(events, (event) => event.orgid.toLowerCase())) {
      await inTrail(orgId, async (trail) => {
        const head = await trail.lockedHead()
        const byId = new Map(received.map((event) => [event.id.toLowerCase(), event]))
        const first = await trail.firstReceipts([...byId.keys()])
        const fresh = [...byId].filter(([id]) => first.has(id)).map(([, event]) => toldBy(event, trail.now))
        await trail.append(append(head, fresh, seal))
      })
      // Also those that were on the trail before: the service asks because it did not hear it the last time.
      for (const [service, stored] of Map.groupBy(received, (event) => event.source)) {
        confirm(
          service,
          stored.map((event) => event.id),
        )
      }
    }
  }

/** Ids in lower case, as PostgreSQL gives them back: the hash is taken of what will be read again. */
function toldBy(event: EntityChanged, receivedAt: Date): AuditEvent {
  const { data } = event
  return {
    id: event.id.toLowerCase(),
    orgId: event.orgid.toLowerCase(),
    actorUserId: data.actor_user_id?.toLowerCase() ?? null,
    entityType: data.entity_type,
    entityId: data.entity_id,
    action: data.action,
    before: data.before,
    after: data.after,
    at: new Date(event.time),
    receivedAt,
    requestId: event.requestid,
    service: event.source,
    traceId: /^[\da-f]{2}-([\da-f]{32})-/.exec(event.traceparent ?? '')?.[1] ?? null,
  }
}
