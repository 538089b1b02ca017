import type { Implementation } from '@kitroom/grpc'

import type { UseCases } from '../use-cases/index.ts'
import { requireIds } from './require-ids.ts'

/** Asked for every request whose answer the gateway does not remember. */
export const access = (auth: UseCases): Implementation<'Access'> => ({
  async getCaller({ user_id, session_id, org_id }) {
    requireIds({ user_id, session_id, ...(org_id === '' ? {} : { org_id }) })
    const { sessionActive, userActive, roles } = await auth.caller(user_id, session_id, org_id || undefined)
    return {
      session_active: sessionActive,
      user_active: userActive,
      roles,
      is_member: roles.length > 0,
    }
  },
})
