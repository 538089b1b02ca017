import { type Call, type ExpectedVersion, requireVersion, type Swap } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { itemOf, swap } from '../../domain/desk/exchange.ts'
import type { Ports } from '../ports.ts'
import { carryOut } from './carry-out.ts'

/** Puts another unit of the same resource in the place of one, before hand-out or during the loan. */
export const swapItem =
  ({ inTransaction, inventory, newId }: Ports) =>
  async (
    call: Call,
    id: string,
    itemId: string,
    { resource_unit_id: unitId, condition, note }: Swap,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    const supply = await inventory.supplyOf(call.orgId, { unitIds: [unitId], resourceIds: [] })
    return inTransaction(call, async (tools) => {
      const unit = supply.units.get(unitId)
      if (unit !== undefined) tools.occupancy.lock([unit.resourceId])
      const booking = await tools.bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      const item = itemOf(booking, itemId)
      if (unit === undefined) throw notFound('unit')
      requireVersion(expected, booking.version)
      const seen = { condition: condition ?? null, note }
      const exchange = swap(booking, item, { unitId, resourceId: unit.resourceId }, seen, tools.now, newId)
      await carryOut(tools, booking, exchange, supply)
      return booking
    })
  }
