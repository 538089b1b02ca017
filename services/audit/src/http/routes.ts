import { getAuditEvent, listAuditEvents, type Verification, verifyAudit } from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import { auditEventFacts } from '../domain/audit-event.ts'
import type { getEvent, listEvents } from '../use-cases/read-events.ts'
import type { verifyTrail } from '../use-cases/verify-trail.ts'

export interface UseCases {
  listEvents: ReturnType<typeof listEvents>
  getEvent: ReturnType<typeof getEvent>
  verifyTrail: ReturnType<typeof verifyTrail>
}

/** In this order: `verify` would pass for an id. */
export const routes = ({ listEvents, getEvent, verifyTrail }: UseCases): Route[] => [
  on(
    verifyAudit,
    ({ call }) => verifyTrail(call),
    (verification: Verification) => ok(verification),
  ),
  on(
    listAuditEvents,
    ({ call, query }) => listEvents(call, query),
    (page) => ok({ ...page, data: page.data.map(auditEventFacts) }),
  ),
  on(
    getAuditEvent,
    ({ call, params }) => getEvent(call, params.id),
    (event) => ok(auditEventFacts(event)),
  ),
]
