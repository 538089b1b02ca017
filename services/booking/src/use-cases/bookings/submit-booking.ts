import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'

import { type Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff, requireOwn } from '../access.ts'
import type { Ports } from '../ports.ts'
import { lockedBooking, supplyFor } from '../supply.ts'
import { takeUnits } from '../take-units.ts'

/** Turns a draft into a request, which takes its units. */
export const submitBooking =
  ({ inTransaction, inventory, wishesOf, newId }: Ports) =>
  async (call: Call, id: string, expected: ExpectedVersion | undefined): Promise<Booking> => {
    const present = await wishesOf(call.orgId, id)
    const supply = await supplyFor(inventory, call.orgId, [], present)
    return inTransaction(call, async (tools) => {
      const locked = await lockedBooking(
        tools,
        id,
        present.map(({ resourceId }) => resourceId),
      )
      const booking = requireOwn(call, locked)
      requireVersion(expected, booking.version)
      booking.submit({ by: call.userId, at: tools.now }, newId)
      if (!isStaff(call)) requireFutureStart(booking.startAt, tools.now)
      await takeUnits(tools, booking, supply)
      return booking
    })
  }
