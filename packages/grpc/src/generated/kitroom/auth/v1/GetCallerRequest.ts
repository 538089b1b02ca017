// Original file: ../../proto/auth/v1/auth.proto


export interface GetCallerRequest {
  'user_id'?: (string);
  'session_id'?: (string);
  'org_id'?: (string);
}

export interface GetCallerRequest__Output {
  'user_id': (string);
  'session_id': (string);
  'org_id': (string);
}
