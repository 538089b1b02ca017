import type { Call, Page } from '@kitroom/contracts'

import type { AvailabilityReads, AvailabilitySearch, FoundResource, LendableSearch } from './ports.ts'

/**
 * What can be borrowed for the whole of a time. One question to the tables (what is taken) and one to inventory (what
 * there is besides), however long the page is.
 */
export const searchAvailability =
  ({ inventory, takenUnits }: { inventory: LendableSearch } & AvailabilityReads) =>
  async (call: Call, search: AvailabilitySearch): Promise<Page<FoundResource>> => {
    const taken = await takenUnits(call.orgId, { startAt: search.from, endAt: search.to })
    return inventory.findLendable(call.orgId, search, taken)
  }
