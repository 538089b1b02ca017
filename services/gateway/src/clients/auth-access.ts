import { Role } from '@kitroom/contracts'
import type { GrpcClient } from '@kitroom/grpc'

import type { AskCaller } from '../admission/callers.ts'

/** Asks auth over gRPC what a session may do. A role this gateway does not know yet counts for nothing. */
export function askAuth(access: Pick<GrpcClient<'Access'>, 'getCaller'>): AskCaller {
  return async (session, orgId) => {
    const answer = await access.getCaller({
      user_id: session.userId,
      session_id: session.sessionId,
      org_id: orgId ?? '',
    })
    const known = answer.roles.flatMap((role) => Role.safeParse(role).data ?? [])
    return {
      active: answer.session_active && answer.user_active,
      roles: answer.is_member ? known : [],
    }
  }
}
