// Original file: ../../proto/audit/v1/audit.proto


export interface VerifyRequest {
  'org_id'?: (string);
}

export interface VerifyRequest__Output {
  'org_id': (string);
}
