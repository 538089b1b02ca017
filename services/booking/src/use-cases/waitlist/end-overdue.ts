import type { Ports } from '../ports.ts'
import { lockedEntries } from './locked-entry.ts'

/**
 * Ends entries of one organisation whose offers have lapsed, or whose time began while they waited. Two may do it at
 * once: whoever comes second finds nothing to do. What is not over yet is left alone.
 */
export const endOverdue =
  ({ inTransaction, waiting, newId }: Ports) =>
  async (orgId: string, ids: readonly string[]): Promise<void> => {
    const resourceIds = await waiting.resourcesOf(orgId, ids)
    await inTransaction({ orgId, userId: null, requestId: newId() }, async (tools) => {
      const { entries, now } = await lockedEntries(tools, ids, resourceIds)
      const over = entries.filter(
        (entry) => entry.hasLapsed(now) || (entry.status === 'WAITING' && entry.startAt <= now),
      )
      for (const entry of over) entry.expire({ by: null, at: now })
      await tools.occupancy.release(over.map(({ id }) => id))
    })
  }

/** The same in all organisations, for as long as there is something to end. */
export const endAllOverdue =
  (ports: Ports) =>
  async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const overdue = await ports.waiting.overdue()
      if (overdue.length === 0) return
      for (const { orgId, ids } of overdue) await endOverdue(ports)(orgId, ids)
    }
  }
