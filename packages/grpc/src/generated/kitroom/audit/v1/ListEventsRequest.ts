// Original file: ../../proto/audit/v1/audit.proto


export interface ListEventsRequest {
  'org_id'?: (string);
  'entity_type'?: (string);
  'entity_id'?: (string);
  'limit'?: (number);
}

export interface ListEventsRequest__Output {
  'org_id': (string);
  'entity_type': (string);
  'entity_id': (string);
  'limit': (number);
}
