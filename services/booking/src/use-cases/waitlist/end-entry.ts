import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import { requireOwnEntry } from '../access.ts'
import type { Ports } from '../ports.ts'
import { lockedEntries } from './locked-entry.ts'
import type { EntryView } from './ports.ts'

/** Ends an entry in one of several ways; what was held for it is free, and so is offered to the next in line. */
const ending =
  (end: (entry: WaitlistEntry | undefined, call: Call, at: Date, reason: string | null) => WaitlistEntry) =>
  ({ inTransaction, waiting }: Ports) =>
  async (
    call: Call,
    id: string,
    expected: ExpectedVersion | undefined,
    reason: string | null = null,
  ): Promise<EntryView> => {
    const resourceIds = await waiting.resourcesOf(call.orgId, [id])
    return inTransaction(call, async (tools) => {
      const { entries, now } = await lockedEntries(tools, [id], resourceIds)
      if (entries[0] !== undefined) requireVersion(expected, entries[0].version)
      end(entries[0], call, now, reason)
      await tools.occupancy.release([id])
      return tools.waitlist.show(id)
    })
  }

function present(entry: WaitlistEntry | undefined): WaitlistEntry {
  if (entry === undefined) throw notFound('waitlist entry')
  return entry
}

/** Lets an offer go. */
export const declineOffer = ending((found, call, at) => {
  const entry = requireOwnEntry(call, found)
  entry.decline({ by: call.userId, at, reason: 'declined' })
  return entry
})

/** Waits no longer. */
export const cancelEntry = ending((found, call, at) => {
  const entry = requireOwnEntry(call, found)
  entry.cancel({ by: call.userId, at })
  return entry
})

/** Says no to somebody in line, or takes an offer back for good. */
export const rejectEntry = ending((found, call, at, reason) => {
  const entry = present(found)
  entry.reject({ by: call.userId, at, reason })
  return entry
})

/** Does what happens by itself when an offer lapses, before its time. */
export const expireEntry = ending((found, call, at) => {
  const entry = present(found)
  entry.expire({ by: call.userId, at })
  return entry
})
