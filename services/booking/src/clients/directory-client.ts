import { type EntityChanged, Policy, Role } from '@kitroom/contracts'
import type { GrpcClient } from '@kitroom/grpc'

import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Directory } from '../use-cases/ports.ts'
import { lendingPolicy } from './lending-policy.ts'

/** How long a policy is believed without asking again: where its event is missed, a change shows within this time. */
const POLICY_MS = 5_000

export interface RememberingDirectory extends Directory {
  /** Drops what an event of auth has made wrong. */
  forget: (event: EntityChanged) => void
  /** Drops everything: events may have been missed. */
  forgetAll: () => void
}

/** Asks the auth service about members and their organisation's policy, which it remembers for some seconds. */
export function directoryClient(directory: GrpcClient<'Directory'>): RememberingDirectory {
  const policies = new Map<string, { policy: LendingPolicy; until: number }>()
  let forgotten = 0
  const forgetAll = () => {
    forgotten += 1
    policies.clear()
  }
  const rolesOf: Directory['rolesOf'] = async (orgId, userId) => {
    const { users } = await directory.batchGetUsers({ org_id: orgId, user_ids: [userId] })
    const member = users.find((user) => user.id === userId && user.is_active)
    return Role.array().parse(member?.roles ?? [])
  }
  return {
    async policyOf(orgId) {
      const known = policies.get(orgId)
      if (known !== undefined && known.until > performance.now()) return known.policy
      const before = forgotten
      const { policy_json, timezone, currency } = await directory.getOrganization({ org_id: orgId })
      const policy = lendingPolicy(Policy.parse(JSON.parse(policy_json)), timezone, currency)
      // An answer that was on its way meanwhile may be older than the event.
      if (before === forgotten) policies.set(orgId, { policy, until: performance.now() + POLICY_MS })
      return policy
    },
    rolesOf,
    forget({ data }) {
      if (data.entity_type === 'Organization') forgetAll()
    },
    forgetAll,
    isMember: async (orgId, userId) => (await rolesOf(orgId, userId)).length > 0,
  }
}
