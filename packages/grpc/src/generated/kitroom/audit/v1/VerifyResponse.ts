// Original file: ../../proto/audit/v1/audit.proto


export interface VerifyResponse {
  'verified'?: (boolean);
  'events'?: (number);
  'head_hash'?: (string);
  'first_broken_id'?: (string);
}

export interface VerifyResponse__Output {
  'verified': (boolean);
  'events': (number);
  'head_hash': (string);
  'first_broken_id': (string);
}
