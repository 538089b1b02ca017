import type { WishedItem } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'

import type { WishedUnit } from '../../domain/booking-item.ts'
import type { Period } from '../../domain/period.ts'
import type { Role } from '../../domain/rules/lending-policy.ts'
import { Offer } from '../../domain/waitlist/offer.ts'
import { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import { WaitlistItem, type Wanted } from '../../domain/waitlist/waitlist-item.ts'
import { requireRoom } from '../../domain/waitlist/waitlist-limits.ts'
import type { Answers, Ports, Supply, Work } from '../ports.ts'
import { couldTakeUnits } from '../take-units.ts'
import type { EntryView } from './ports.ts'

/** What somebody would book if it were free. */
export interface Wait {
  orgId: string
  borrowerId: string
  /** The strongest role of the borrower. */
  role: Role
  period: Period
  purpose: string | null
  items: readonly WishedItem[]
  /** The same, one by one. */
  wishes: readonly WishedUnit[]
}

/**
 * Whether everything that is wished for is free now. With the locks of the resources held; nothing that is in the way
 * comes free until the transaction ends, so whoever joins the waitlist in it cannot miss that.
 */
export async function isFree(
  tools: Work,
  { orgId, borrowerId, period, wishes }: Pick<Wait, 'orgId' | 'borrowerId' | 'period' | 'wishes'>,
  { supply, policy }: Answers,
  newId: Ports['newId'],
): Promise<boolean> {
  const terms = { madeBy: null, isAutomatic: false, bufferMinutes: policy.bufferMinutes, until: tools.now }
  const claim = new Offer(
    { id: newId(), orgId, requesterUserId: borrowerId },
    { ...terms, period, wishes },
    newId,
  )
  await tools.occupancy.settleFrees(
    wishes.map(({ resourceId }) => resourceId),
    claim.keeps,
  )
  return couldTakeUnits(tools, claim, supply)
}

/** What an item asks for, with the resource that a unit belongs to. */
function wantedOf(item: WishedItem, supply: Supply): Wanted {
  if ('resource_id' in item) return { resourceId: item.resource_id, quantity: item.quantity }
  const resourceId = supply.units.get(item.resource_unit_id)?.resourceId ?? ''
  return { resourceId, unitId: item.resource_unit_id }
}

/** @throws Failure validation-failed when the time of a wish has begun */
export function requireAhead({ startAt }: Period, now: Date): void {
  if (startAt > now) return
  throw invalid([{ pointer: '/start_at', detail: 'What has begun cannot be waited for.' }])
}

/**
 * Puts somebody in line, with the locks of the resources held, for what lies ahead, was judged by the rules and is not free. The
 * arbiter looks at it once more as soon as it is committed, with what inventory says then.
 * @throws Failure policy-violated when the borrower waits for enough
 */
export async function enterWaitlist(
  tools: Work,
  wait: Wait,
  { supply, policy }: Answers,
  newId: Ports['newId'],
): Promise<EntryView> {
  const { waitlist, borrowers, freed } = tools
  const { orgId, borrowerId, period } = wait
  if (policy.waitlist.liveEntries !== null) borrowers.lock(borrowerId)
  requireRoom(policy.waitlist, await waitlist.record(borrowerId, policy.waitlist))

  const request = { id: newId(), orgId, requesterUserId: borrowerId, requesterRole: wait.role }
  const entry = new WaitlistEntry({ ...request, period, purpose: wait.purpose }, tools.now)
  entry.items = wait.items.map(
    (item, position) =>
      new WaitlistItem({ id: newId(), orgId, entryId: entry.id, position }, wantedOf(item, supply)),
  )
  waitlist.add(entry)
  await waitlist.rank(policy, borrowerId)
  await freed.add(entry.resourceIds, period)
  return waitlist.show(entry.id)
}
