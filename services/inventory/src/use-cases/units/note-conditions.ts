import type { Origin } from '@kitroom/contracts'

import type { Sighting } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

/**
 * Gives units the condition that the desk noted when they went out or came back, and takes what came back damaged out
 * of use, once for each event and whatever order they come in. So too for units that were deleted meanwhile: when they are
 * restored, they are not lent broken.
 */
export const noteConditions =
  (inTransaction: InTransaction) =>
  (origin: Origin, eventId: string, sightings: readonly Sighting[]): Promise<void> =>
    inTransaction(origin, async ({ units, firstReceipt, now }) => {
      if (!(await firstReceipt(eventId))) return
      const seen = new Map(sightings.map((sighting) => [sighting.unitId, sighting]))
      for (const id of await units.notAsSeen(sightings)) {
        const [sighting, found] = [seen.get(id), await units.forChange(id)]
        if (sighting === undefined || found === undefined) continue
        found.resource.amend(found.unit, () => found.unit.noteCondition(sighting, now), now)
      }
      await units.noteSeen(sightings)
    })
