import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { scan } from '../../domain/desk/exchange.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { carryOut } from './carry-out.ts'

/**
 * Puts a scanned unit into a booking, and hands it out when the booking is a loan already. Only the resource of the unit
 * is locked, and only this one item is read and written of `occupancy`: a long loan is as quick as a short one.
 */
export const scanUnit =
  ({ inTransaction, inventory, directory, newId }: Ports) =>
  async (call: Call, id: string, unitId: string, expected: ExpectedVersion | undefined): Promise<Booking> => {
    const [supply, policy] = await Promise.all([
      inventory.supplyOf(call.orgId, { unitIds: [unitId], resourceIds: [] }),
      directory.policyOf(call.orgId),
    ])
    return inTransaction(call, async (tools) => {
      const unit = supply.units.get(unitId)
      if (unit !== undefined) tools.occupancy.lock([unit.resourceId])
      const booking = await tools.bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      if (unit === undefined) throw notFound('unit')
      requireVersion(expected, booking.version)
      const exchange = scan(booking, { unitId, resourceId: unit.resourceId }, tools.now, newId)
      if (exchange === undefined) return booking
      if (exchange.added) {
        await requireAllowed(tools, call, policy, {
          borrowerId: booking.requesterUserId,
          period: booking.period,
          before: booking.period,
          added: { activeBookings: 0, units: 1 },
        })
      }
      await carryOut(tools, booking, exchange, supply)
      return booking
    })
  }
