// Original file: ../../proto/auth/v1/auth.proto


export interface Session {
  'user_id'?: (string);
  'session_id'?: (string);
}

export interface Session__Output {
  'user_id': (string);
  'session_id': (string);
}
