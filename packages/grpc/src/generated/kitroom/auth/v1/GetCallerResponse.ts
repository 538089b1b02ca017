// Original file: ../../proto/auth/v1/auth.proto


export interface GetCallerResponse {
  'session_active'?: (boolean);
  'user_active'?: (boolean);
  'roles'?: (string)[];
  'is_member'?: (boolean);
}

export interface GetCallerResponse__Output {
  'session_active': (boolean);
  'user_active': (boolean);
  'roles': (string)[];
  'is_member': (boolean);
}
