import type { Call, Page } from '@kitroom/contracts'

import { isStaff, requireOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import type { EntryFilters, EntryView } from './ports.ts'

type Reads = Pick<Ports, 'directory' | 'waiting'>

/** Lists waitlist entries: students see their own, staff all. */
export const listEntries =
  ({ directory, waiting }: Reads) =>
  async (call: Call, filters: EntryFilters): Promise<Page<EntryView>> =>
    waiting.list(
      call.orgId,
      isStaff(call) ? filters : { ...filters, requester: call.userId },
      await directory.policyOf(call.orgId),
    )

/** Shows one entry to its requester and to staff. @throws Failure not-found, forbidden */
export const showEntry =
  ({ directory, waiting }: Reads) =>
  async (call: Call, id: string): Promise<EntryView> => {
    const entry = await waiting.one(call.orgId, id, await directory.policyOf(call.orgId))
    return requireOwnOrStaff(call, 'waitlist entry', entry, (found) => found.requester_user_id)
  }
