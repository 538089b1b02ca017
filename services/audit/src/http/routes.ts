import { getAuditEvent, listAuditEvents, verifyAudit } from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import { auditEventFacts } from '../domain/audit-event.ts'
import type { UseCases } from '../use-cases/index.ts'

/** In this order: `verify` would pass for an id. */
export const routes = ({ listEvents, getEvent, verifyTrail }: UseCases): Route[] => [
  on(verifyAudit, ({ call }) => verifyTrail(call), ok),
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
