import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { AuditAction, EntityType } from '../events.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { Instant } from '../primitives/instant.ts'
import { interval } from '../primitives/period.ts'
import { text } from '../primitives/text.ts'
import { AuditEvent, Verification } from './audit-event.ts'

export const listAuditEvents = endpoint({
  name: 'listAuditEvents',
  service: 'audit',
  method: 'GET',
  path: '/audit',
  access: 'staff',
  summary: 'List what happened, newest first',
  description: 'Every committed change appears exactly once, usually within a second.',
  query: listQuery({
    filters: {
      entity_type: EntityType.optional(),
      entity_id: text(200).optional(),
      actor: Id.optional().describe('The id of the user who did it.'),
      action: AuditAction.optional(),
      from: Instant.optional(),
      to: Instant.optional().describe('What happened before this instant.'),
    },
    sortable: ['at'],
    defaultSort: '-at',
  }).superRefine(interval('from', 'to')),
  replies: { 200: pageOf(AuditEvent) },
})

export const verifyAudit = endpoint({
  name: 'verifyAudit',
  service: 'audit',
  method: 'GET',
  path: '/audit/verify',
  takesLong: true,
  access: 'admin',
  summary: 'Verify that the audit is untouched',
  description: 'Walks the organisation’s hash chain from its first event to its newest.',
  replies: { 200: Verification },
})

export const getAuditEvent = endpoint({
  name: 'getAuditEvent',
  service: 'audit',
  method: 'GET',
  path: '/audit/{id}',
  access: 'staff',
  summary: 'Get one event of the audit',
  params: z.strictObject({ id: Id }),
  replies: { 200: AuditEvent },
  failures: ['not-found'],
})
