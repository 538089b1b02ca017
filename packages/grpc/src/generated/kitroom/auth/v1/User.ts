// Original file: ../../proto/auth/v1/auth.proto


export interface User {
  'id'?: (string);
  'email'?: (string);
  'full_name'?: (string);
  'is_active'?: (boolean);
  'roles'?: (string)[];
}

export interface User__Output {
  'id': (string);
  'email': (string);
  'full_name': (string);
  'is_active': (boolean);
  'roles': (string)[];
}
