import { Failure } from '@kitroom/errors'

import type { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import type { Work } from '../ports.ts'

/**
 * Takes the locks of the resources, then the rows of the entries: in this order everywhere, so that an offer has one
 * fate (WTL-3).
 * @returns the entries that are there, and the clock as it is with the locks held
 * @throws Failure version-mismatch when one of them is offered other resources by now
 */
export async function lockedEntries(
  { waitlist, occupancy }: Work,
  ids: readonly string[],
  resourceIds: readonly string[],
): Promise<{ entries: WaitlistEntry[]; now: Date }> {
  occupancy.lock(resourceIds)
  const entries = await waitlist.forChange(ids)
  if (entries.some((entry) => entry.resourceIds.some((id) => !resourceIds.includes(id)))) {
    throw new Failure('version-mismatch', 'The entry was changed at the same moment. Read it again.')
  }
  return { entries, now: await waitlist.clock() }
}
