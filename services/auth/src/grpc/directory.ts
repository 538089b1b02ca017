import { invalid } from '@kitroom/errors'
import type { Implementation } from '@kitroom/grpc'

import type { UseCases } from '../use-cases/index.ts'
import { requireIds } from './require-ids.ts'

const MOST_IDS = 100

/** Who people are and what their organisation is, for services that show or decide by it. */
export const directory = (auth: UseCases): Implementation<'Directory'> => ({
  async batchGetUsers({ org_id, user_ids }) {
    requireIds({ org_id })
    if (user_ids.length > MOST_IDS) {
      throw invalid([{ pointer: '/user_ids', detail: `Ask for at most ${MOST_IDS}.` }])
    }
    for (const id of user_ids) requireIds({ user_ids: id })
    const members = await auth.membersById(org_id, user_ids)
    return {
      users: members
        .filter(({ roles }) => roles.length > 0)
        .map(({ id, email, full_name, is_active, roles }) => ({ id, email, full_name, is_active, roles })),
    }
  },
  async getOrganization({ org_id }) {
    requireIds({ org_id })
    const { policy, created_at: _, ...organization } = await auth.organization(org_id)
    return { ...organization, policy_json: JSON.stringify(policy) }
  },
})
