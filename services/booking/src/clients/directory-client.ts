import { Policy } from '@kitroom/contracts'
import type { GrpcClient } from '@kitroom/grpc'
import { z } from 'zod'

import type { Directory, LendingPolicy } from '../use-cases/ports.ts'

/** How long a policy is believed without asking again: a change at the desk shows within this time. */
const POLICY_MS = 5_000

/** The members of a policy that this service goes by; each has its default. */
const LendingRules = Policy.extend({
  ladder: z
    .object({
      replacement_after_days: z.int().nullable().default(null),
      replacement_cents: z.int().default(0),
    })
    .prefault({}),
})

const lendingPolicy = (
  { early_pickup_minutes, fine, ladder }: z.output<typeof LendingRules>,
  { currency, timezone }: { currency: string; timezone: string },
): LendingPolicy => ({
  earlyPickupMinutes: early_pickup_minutes,
  fine: {
    unit: fine.unit,
    amountCents: fine.amount_cents,
    graceMinutes: fine.grace_minutes,
    capCents: fine.cap_cents,
  },
  currency,
  timezone,
  replacement: { afterDays: ladder.replacement_after_days, cents: ladder.replacement_cents },
})

/** Asks the auth service about members and their organisation's policy. */
export function directoryClient(directory: GrpcClient<'Directory'>): Directory {
  const policies = new Map<string, { policy: LendingPolicy; until: number }>()
  return {
    async policyOf(orgId) {
      const known = policies.get(orgId)
      if (known !== undefined && known.until > performance.now()) return known.policy
      const { policy_json, ...organization } = await directory.getOrganization({ org_id: orgId })
      const policy = lendingPolicy(LendingRules.parse(JSON.parse(policy_json)), organization)
      policies.set(orgId, { policy, until: performance.now() + POLICY_MS })
      return policy
    },
    async isMember(orgId, userId) {
      const { users } = await directory.batchGetUsers({ org_id: orgId, user_ids: [userId] })
      return users.some((user) => user.id === userId && user.is_active && user.roles.length > 0)
    },
  }
}
