import type { Call, Page } from '@kitroom/contracts'

import { withBuffer } from '../../domain/period.ts'
import type { Ports } from '../ports.ts'
import type { AvailabilityReads, AvailabilitySearch, FoundResource, LendableSearch } from './ports.ts'

/**
 * What can be borrowed for the whole of a time. One question to the tables (what is taken) and one to inventory (what
 * there is besides), however long the page is.
 */
export const searchAvailability =
  ({
    inventory,
    directory,
    takenUnits,
  }: { inventory: LendableSearch } & Pick<Ports, 'directory'> & AvailabilityReads) =>
  async (call: Call, search: AvailabilitySearch): Promise<Page<FoundResource>> => {
    const { bufferMinutes } = await directory.policyOf(call.orgId)
    // A booking keeps its units for the buffer after it too, so what is taken then would not be given to it.
    const kept = withBuffer({ startAt: search.from, endAt: search.to }, bufferMinutes)
    const taken = await takenUnits(call.orgId, kept)
    return inventory.findLendable(call.orgId, search, taken)
  }
