// Original file: ../../proto/auth/v1/auth.proto


export interface BatchGetUsersRequest {
  'org_id'?: (string);
  'user_ids'?: (string)[];
}

export interface BatchGetUsersRequest__Output {
  'org_id': (string);
  'user_ids': (string)[];
}
