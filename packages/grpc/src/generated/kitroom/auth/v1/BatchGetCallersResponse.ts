// Original file: ../../proto/auth/v1/auth.proto

import type { GetCallerResponse as _kitroom_auth_v1_GetCallerResponse, GetCallerResponse__Output as _kitroom_auth_v1_GetCallerResponse__Output } from '../../../kitroom/auth/v1/GetCallerResponse.ts';

export interface BatchGetCallersResponse {
  'callers'?: (_kitroom_auth_v1_GetCallerResponse)[];
}

export interface BatchGetCallersResponse__Output {
  'callers': (_kitroom_auth_v1_GetCallerResponse__Output)[];
}
