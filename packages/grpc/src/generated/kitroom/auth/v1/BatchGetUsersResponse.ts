// Original file: ../../proto/auth/v1/auth.proto

import type { User as _kitroom_auth_v1_User, User__Output as _kitroom_auth_v1_User__Output } from '../../../kitroom/auth/v1/User.ts';

export interface BatchGetUsersResponse {
  'users'?: (_kitroom_auth_v1_User)[];
}

export interface BatchGetUsersResponse__Output {
  'users': (_kitroom_auth_v1_User__Output)[];
}
