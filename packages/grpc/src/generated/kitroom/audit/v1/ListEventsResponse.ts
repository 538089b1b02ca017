// Original file: ../../proto/audit/v1/audit.proto

import type { AuditEvent as _kitroom_audit_v1_AuditEvent, AuditEvent__Output as _kitroom_audit_v1_AuditEvent__Output } from '../../../kitroom/audit/v1/AuditEvent.ts';

export interface ListEventsResponse {
  'events'?: (_kitroom_audit_v1_AuditEvent)[];
}

export interface ListEventsResponse__Output {
  'events': (_kitroom_audit_v1_AuditEvent__Output)[];
}
