import { invalid } from '@kitroom/errors'
import type { Implementation } from '@kitroom/grpc'

import type { UseCases } from '../use-cases/index.ts'
import type { CallerFacts } from '../use-cases/ports.ts'
import { requireIds } from './require-ids.ts'

const MOST_SESSIONS = 100

/** Asked for every request whose answer the gateway does not remember. */
export const access = (auth: UseCases): Implementation<'Access'> => ({
  async getCaller({ user_id, session_id, org_id }) {
    requireIds({ user_id, session_id, ...namedOf(org_id) })
    const [facts] = await auth.callers([{ userId: user_id, sessionId: session_id }], org_id || undefined)
    return told(facts ?? NOBODY)
  },

  async batchGetCallers({ sessions, org_id }) {
    requireIds(namedOf(org_id))
    if (sessions.length > MOST_SESSIONS) {
      throw invalid([{ pointer: '/sessions', detail: `Ask for at most ${MOST_SESSIONS}.` }])
    }
    for (const { user_id, session_id } of sessions) requireIds({ user_id, session_id })
    const asked = sessions.map(({ user_id, session_id }) => ({ userId: user_id, sessionId: session_id }))
    return { callers: (await auth.callers(asked, org_id || undefined)).map(told) }
  },
})

const namedOf = (org_id: string) => (org_id === '' ? {} : { org_id })

const NOBODY: CallerFacts = { sessionActive: false, userActive: false, roles: [] }

const told = ({ sessionActive, userActive, roles }: CallerFacts) => ({
  session_active: sessionActive,
  user_active: userActive,
  roles,
  is_member: roles.length > 0,
})
