// Original file: ../../proto/auth/v1/auth.proto

import type { Session as _kitroom_auth_v1_Session, Session__Output as _kitroom_auth_v1_Session__Output } from '../../../kitroom/auth/v1/Session.ts';

export interface BatchGetCallersRequest {
  'org_id'?: (string);
  'sessions'?: (_kitroom_auth_v1_Session)[];
}

export interface BatchGetCallersRequest__Output {
  'org_id': (string);
  'sessions': (_kitroom_auth_v1_Session__Output)[];
}
