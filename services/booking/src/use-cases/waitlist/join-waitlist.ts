import type { Call, WaitlistWish } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { strongest } from '../../domain/rules/lending-policy.ts'
import { isStaff } from '../access.ts'
import type { Ports, Work } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { answersFor, wishedUnits } from '../supply.ts'
import { enterWaitlist, isFree, requireAhead } from './enter-waitlist.ts'
import type { InTurn } from './in-turn.ts'
import type { EntryView } from './ports.ts'

/** Waits for units that are not free. Staff may do it for somebody else. */
export const joinWaitlist =
  (ports: Ports, inTurn: InTurn) =>
  async (call: Call, wish: WaitlistWish): Promise<EntryView> => {
    const { inTransaction, directory, newId } = ports
    const borrowerId = wish.on_behalf_of ?? call.userId
    if (borrowerId !== call.userId && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may wait on behalf of somebody else.')
    }
    const [answers, roles] = await Promise.all([
      answersFor(ports, call.orgId, wish.items),
      borrowerId === call.userId ? call.caller.roles : directory.rolesOf(call.orgId, borrowerId),
    ])

    const enter = async (tools: Work) => {
      const { purpose, items } = wish
      const period = { startAt: wish.start_at, endAt: wish.end_at }
      requireAhead(period, tools.now)
      if (roles.length === 0) throw notFound('user')
      const wishes = wishedUnits(items, answers.supply)
      tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      await requireAllowed(tools, call, answers.policy, {
        borrowerId,
        period,
        added: { activeBookings: 0, units: 0 },
      })
      const wait = { orgId: call.orgId, borrowerId, role: strongest(roles), period, purpose, items, wishes }
      if (await isFree(tools, wait, answers, newId)) {
        throw new Failure('resource-available', 'All of it is free for the whole of that time: book it.')
      }
      return enterWaitlist(tools, wait, answers, newId)
    }
    return inTurn(call, wish.items, () => inTransaction(call, enter))
  }
