import type { Ports } from '../ports.ts'
import { lockedEntries } from './locked-entry.ts'

/**
 * Takes somebody off the waitlist of every organisation they are no active member of any more; what was held for them
 * passes on (WTL-8).
 */
export const leaveWaitlist =
  ({ inTransaction, directory, waiting, newId }: Ports) =>
  async (userId: string, requestId: string = newId()): Promise<void> => {
    for (const { orgId, ids } of await waiting.liveOf(userId)) {
      if (await directory.isMember(orgId, userId)) continue
      const resourceIds = await waiting.resourcesOf(orgId, ids)
      await inTransaction({ orgId, userId: null, requestId }, async (tools) => {
        const { entries, now } = await lockedEntries(tools, ids, resourceIds)
        const live = entries.filter(({ endedAt }) => endedAt === null)
        for (const entry of live) {
          if (entry.hasLapsed(now)) entry.expire({ by: null, at: now })
          else entry.cancel({ by: null, at: now, reason: 'membership-ended' })
        }
        await tools.occupancy.release(live.map(({ id }) => id))
      })
    }
  }
