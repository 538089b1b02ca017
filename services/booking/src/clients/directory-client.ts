import { Policy, Role } from '@kitroom/contracts'
import { withoutDeadline } from '@kitroom/deadline'
import type { GrpcClient } from '@kitroom/grpc'

import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Directory } from '../use-cases/ports.ts'
import { lendingPolicy } from './lending-policy.ts'

/** How long a policy is believed without asking again: where its event is missed, a change shows within this time. */
const POLICY_MS = 5_000

export interface RememberingDirectory extends Directory {
  /** Drops all policies: one has changed, or it may have been missed that one has. */
  forget: () => void
}

/** Asks the auth service about members and their organisation's policy, which it remembers for some seconds. */
export function directoryClient(directory: GrpcClient<'Directory'>): RememberingDirectory {
  let policies = new Map<string, { policy: Promise<LendingPolicy>; until: number }>()
  const ask = async (orgId: string): Promise<LendingPolicy> => {
    const { policy_json, timezone, currency } = await directory.getOrganization({ org_id: orgId })
    return lendingPolicy(Policy.parse(JSON.parse(policy_json)), timezone, currency)
  }
  const rolesOf: Directory['rolesOf'] = async (orgId, userId) => {
    const { users } = await directory.batchGetUsers({ org_id: orgId, user_ids: [userId] })
    const member = users.find((user) => user.id === userId && user.is_active)
    return Role.array().parse(member?.roles ?? [])
  }
  return {
    policyOf(orgId) {
      const known = policies.get(orgId)
      if (known !== undefined && known.until > performance.now()) return known.policy
      // Asked for whoever else comes meanwhile, too, who may wait longer.
      const policy = withoutDeadline(() => ask(orgId))
      // An answer that is on its way when an event comes may be older: it is in a map where nobody looks any more.
      const asked = policies
      asked.set(orgId, { policy, until: performance.now() + POLICY_MS })
      policy.catch(() => asked.delete(orgId))
      return policy
    },
    rolesOf,
    forget() {
      policies = new Map()
    },
    isMember: async (orgId, userId) => (await rolesOf(orgId, userId)).length > 0,
  }
}
