import type { Call, Standing } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { blockFacts, blocksAt, strikesAt } from '../../domain/rules/ladder.ts'
import { strongest } from '../../domain/rules/lending-policy.ts'
import { isStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import type { BorrowerReads } from './ports.ts'

/** Shows a borrower, or staff, where the borrower stands. @throws Failure forbidden, not-found */
export const showStanding =
  ({ directory, borrower }: Pick<Ports, 'directory'> & BorrowerReads) =>
  async (call: Call, who: string): Promise<Standing> => {
    const userId = who === 'me' ? call.userId : who
    const isOwn = userId === call.userId
    if (!isOwn && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may see where others stand; write `me` for yourself.')
    }
    const [policy, roles] = await Promise.all([
      directory.policyOf(call.orgId),
      isOwn ? call.caller.roles : directory.rolesOf(call.orgId, userId),
    ])
    if (roles.length === 0) throw notFound('user')
    const { now, ...record } = await borrower(call.orgId, userId, policy)
    const { ladder, quotas, currency } = policy
    const role = strongest(roles)
    const blocks = blocksAt(ladder, record, now).map(blockFacts)
    return {
      user_id: userId,
      role,
      strikes: {
        count: strikesAt(ladder, record, now),
        limit: ladder.strikes,
        window_days: ladder.windowDays,
      },
      suspended_until: blocks.find(({ until }) => until !== null)?.until ?? null,
      open_fines: {
        count: record.openFines.count,
        amount_cents: record.openFines.amountCents,
        currency,
        limit_cents: ladder.debtLimitCents,
      },
      active_bookings: { count: record.activeBookings, limit: quotas[role].activeBookings },
      units: { count: record.units, limit: quotas[role].units },
      blocked: blocks,
    }
  }
