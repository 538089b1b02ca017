import { Role } from '@kitroom/contracts'
import { type GrpcClient, portions, together, UnknownMethod } from '@kitroom/grpc'

import type { AskCaller, CallerFacts, Session } from '../admission/callers.ts'

/** Auth takes so many sessions at once. */
const SESSIONS_AT_ONCE = 100

type Access = Pick<GrpcClient<'Access'>, 'getCaller' | 'batchGetCallers'>
type Answer = Awaited<ReturnType<Access['getCaller']>>

/**
 * Asks auth over gRPC what sessions may do; those that many ask about at the same moment together. A role this gateway does
 * not know yet counts for nothing.
 */
export function askAuth(access: Access): AskCaller {
  const ask = together<Session, ReadonlyMap<Session, CallerFacts>>(async (orgId, sessions) => {
    const answers = await Promise.all(
      portions(sessions, SESSIONS_AT_ONCE).map((some) => answersTo(access, orgId, some)),
    )
    return new Map(
      answers.flat().flatMap((answer, place) => {
        const session = sessions[place]
        return session === undefined ? [] : [[session, factsOf(answer)] as const]
      }),
    )
  })
  return async (session, orgId = '') => (await ask(orgId, session)).get(session) ?? NOTHING
}

const NOTHING: CallerFacts = { active: false, roles: [] }

async function answersTo(
  access: Access,
  org_id: string,
  sessions: readonly Session[],
): Promise<readonly Answer[]> {
  const asked = sessions.map(({ userId, sessionId }) => ({ user_id: userId, session_id: sessionId }))
  try {
    const { callers } = await access.batchGetCallers({ org_id, sessions: asked })
    // They are told by their place, and nobody may be taken for somebody else.
    if (callers.length !== asked.length)
      throw new Error(`auth told ${callers.length} of ${asked.length} callers`)
    return callers
  } catch (error) {
    if (!(error instanceof UnknownMethod)) throw error
    // An auth of the version before, as long as it is replaced (OPS-4).
    return Promise.all(asked.map((one) => access.getCaller({ org_id, ...one })))
  }
}

function factsOf({ session_active, user_active, is_member, roles }: Answer): CallerFacts {
  const known = roles.flatMap((role) => Role.safeParse(role).data ?? [])
  return { active: session_active && user_active, roles: is_member ? known : [] }
}
