import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import type { Ports, Supply, Work } from '../ports.ts'
import { takeUnits } from '../take-units.ts'

/** An event of inventory that may have taken units out of use. */
export interface Withdrawal {
  orgId: string
  resourceId: string
  /** The event's id: by it the work is done once. */
  eventId: string
  requestId: string
}

/** Finds other units for a booking whose units were withdrawn, or says that there are none. */
async function rehoused(tools: Work, booking: Booking, supply: Supply): Promise<boolean> {
  tools.occupancy.free(booking.id)
  try {
    await takeUnits(tools, booking, supply)
    return true
  } catch (error) {
    if (error instanceof Failure && error.kind === 'conflict') return false
    throw error
  }
}

/** Takes back offers of what can be lent no more: who was offered it waits again, at the old place (WTL-8). */
async function withdrawOffers(tools: Work, resourceId: string, lendable: readonly string[]): Promise<void> {
  const offered = await tools.waitlist.holdingOthersThan(resourceId, lendable)
  if (offered.length === 0) return
  const now = await tools.waitlist.clock()
  for (const entry of offered) {
    if (entry.hasLapsed(now)) entry.expire({ by: null, at: now })
    else entry.withdraw(now)
  }
  await tools.occupancy.release(offered.map(({ id }) => id))
}

/**
 * Settles what slipped through when inventory withdrew units or a whole resource: each booking that waits for one of
 * them is moved to a like unit, or else a PENDING one is rejected with `resource-withdrawn`. An APPROVED one that
 * cannot be moved keeps its place and is at risk, for staff to decide; what was handed out is with its borrower anyway.
 * @throws Failure dependency-unavailable when bookings came in between that need other locks: the event comes again
 */
export const settleWithdrawal =
  ({ inTransaction, inventory, stranded, settledRound, newId }: Ports) =>
  async ({ orgId, resourceId, eventId, requestId }: Withdrawal): Promise<void> => {
    const round = await settledRound(orgId, resourceId)
    const asked = await inventory.supplyOf(orgId, { unitIds: [], resourceIds: [resourceId] })
    const resource = asked.resources.get(resourceId)
    const lendable = resource?.lendable === true ? resource.unitIds : []
    const concerned = await stranded(orgId, resourceId, lendable)
    const resourceIds = [...new Set([resourceId, ...concerned.flatMap((booking) => booking.resourceIds)])]
    // Mostly nothing but the one resource is concerned, and that was asked about already.
    const supply =
      resourceIds.length === 1 ? asked : await inventory.supplyOf(orgId, { unitIds: [], resourceIds })

    await inTransaction({ orgId, userId: null, requestId }, async (tools) => {
      if (!(await tools.firstReceipt(eventId))) return
      tools.occupancy.lock(resourceIds)
      await tools.settled.note(resourceId, lendable, round)
      await withdrawOffers(tools, resourceId, lendable)
      const itemIds = await tools.occupancy.stranded(resourceId, lendable)
      for (const booking of await tools.bookings.ofItems(itemIds)) {
        if (!booking.occupies) continue
        if (booking.items.some((item) => !resourceIds.includes(item.resourceId))) {
          throw new Failure('dependency-unavailable', 'A booking came in between; look again.')
        }
        if (await rehoused(tools, booking, supply)) booking.reassure(tools.now)
        else if (booking.status === 'PENDING') {
          booking.reject({ by: null, at: tools.now, reason: 'resource-withdrawn' }, newId)
        } else {
          await tools.occupancy.take(booking)
          booking.doubt('resource-withdrawn', tools.now)
        }
      }
      // The same event may tell that more can be lent than before.
      await tools.freed.addWanted([resourceId])
    })
  }
