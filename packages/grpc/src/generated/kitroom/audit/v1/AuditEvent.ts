// Original file: ../../proto/audit/v1/audit.proto


export interface AuditEvent {
  'id'?: (string);
  'entity_type'?: (string);
  'entity_id'?: (string);
  'action'?: (string);
  'actor_user_id'?: (string);
  'before_json'?: (string);
  'after_json'?: (string);
  'at'?: (string);
  'request_id'?: (string);
  'service'?: (string);
}

export interface AuditEvent__Output {
  'id': (string);
  'entity_type': (string);
  'entity_id': (string);
  'action': (string);
  'actor_user_id': (string);
  'before_json': (string);
  'after_json': (string);
  'at': (string);
  'request_id': (string);
  'service': (string);
}
