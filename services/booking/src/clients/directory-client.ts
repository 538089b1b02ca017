import { Policy, Role } from '@kitroom/contracts'
import type { GrpcClient } from '@kitroom/grpc'

import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Directory } from '../use-cases/ports.ts'
import { lendingPolicy } from './lending-policy.ts'

/** How long a policy is believed without asking again: a change at the desk shows within this time. */
const POLICY_MS = 5_000

/** Asks the auth service about members and their organisation's policy. */
export function directoryClient(directory: GrpcClient<'Directory'>): Directory {
  const policies = new Map<string, { policy: LendingPolicy; until: number }>()
  const rolesOf: Directory['rolesOf'] = async (orgId, userId) => {
    const { users } = await directory.batchGetUsers({ org_id: orgId, user_ids: [userId] })
    const member = users.find((user) => user.id === userId && user.is_active)
    return Role.array().parse(member?.roles ?? [])
  }
  return {
    async policyOf(orgId) {
      const known = policies.get(orgId)
      if (known !== undefined && known.until > performance.now()) return known.policy
      const { policy_json, timezone, currency } = await directory.getOrganization({ org_id: orgId })
      const policy = lendingPolicy(Policy.parse(JSON.parse(policy_json)), timezone, currency)
      policies.set(orgId, { policy, until: performance.now() + POLICY_MS })
      return policy
    },
    rolesOf,
    isMember: async (orgId, userId) => (await rolesOf(orgId, userId)).length > 0,
  }
}
