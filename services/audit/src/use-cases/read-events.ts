import type { Call, Page } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { AuditEvent } from '../domain/audit-event.ts'
import type { Events, Question } from './ports.ts'

/** What happened in the caller's organisation. Who may ask is said by the endpoint: staff. */
export const listEvents =
  (events: Pick<Events, 'list'>) =>
  (call: Pick<Call, 'orgId'>, question: Question): Promise<Page<AuditEvent>> =>
    events.list(call.orgId, question)

/** @throws Failure not-found */
export const getEvent =
  (events: Pick<Events, 'find'>) =>
  async (call: Pick<Call, 'orgId'>, id: string): Promise<AuditEvent> => {
    const event = await events.find(call.orgId, id)
    if (event === undefined) throw notFound('audit event')
    return event
  }
