import type { Events } from './ports.ts'
import { getEvent, listEvents } from './read-events.ts'
import { recordEvents, type Recording } from './record-events.ts'
import { type Verifying, verifyTrail } from './verify-trail.ts'

/** Everything the audit service can do. */
export const auditUseCases = (ports: Recording & Verifying, events: Events) => ({
  recordEvents: recordEvents(ports),
  listEvents: listEvents(events),
  getEvent: getEvent(events),
  verifyTrail: verifyTrail(ports),
})
export type UseCases = ReturnType<typeof auditUseCases>
