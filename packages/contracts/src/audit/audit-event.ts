import { z } from 'zod'

import { SERVICES } from '../endpoint.ts'
import { AuditAction, EntityType } from '../events.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'

const Snapshot = z.record(z.string(), z.unknown())

/** One committed change. */
export const AuditEvent = z
  .object({
    id: Id,
    org_id: Id,
    actor_user_id: Id.nullable().describe('Null for the system itself.'),
    entity_type: EntityType,
    entity_id: z.string(),
    action: AuditAction,
    before_json: Snapshot.nullable().describe('The object before the change; null on CREATE.'),
    after_json: Snapshot.nullable().describe('The object after the change.'),
    at: InstantText,
    request_id: z.string(),
    service: z.enum(SERVICES),
  })
  .meta({ id: 'AuditEvent' })
export type AuditEvent = z.infer<typeof AuditEvent>

/** What a walk along an organisation's hash chain found. */
export const Verification = z
  .object({
    verified: z.boolean(),
    events: z.int().min(0).describe('How many events the chain has.'),
    head_hash: z
      .string()
      .nullable()
      .describe('SHA-256 of the newest event in hexadecimal; null while there is none.'),
    first_broken_id: Id.nullable().describe('The first event that does not fit its predecessor.'),
  })
  .meta({ id: 'Verification' })
export type Verification = z.infer<typeof Verification>
