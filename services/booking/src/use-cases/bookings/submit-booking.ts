import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'

import { type Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff, requireOwn } from '../access.ts'
import { type Demand, demandOf, notingRefusal } from '../demand/note-refusal.ts'
import type { Ports, Work } from '../ports.ts'
import { lockedBooking, supplyFor } from '../supply.ts'
import { takeUnits } from '../take-units.ts'

/** Turns a draft into a request, which takes its units. */
export const submitBooking =
  (ports: Ports) =>
  async (call: Call, id: string, expected: ExpectedVersion | undefined): Promise<Booking> => {
    const { inTransaction, inventory, wishesOf, newId } = ports
    const present = await wishesOf(call.orgId, id)
    const supply = await supplyFor(inventory, call.orgId, [], present)
    let asked: Demand | undefined
    const submit = async (tools: Work): Promise<Booking> => {
      const locked = await lockedBooking(
        tools,
        id,
        present.map(({ resourceId }) => resourceId),
      )
      const booking = requireOwn(call, locked)
      requireVersion(expected, booking.version)
      booking.submit({ by: call.userId, at: tools.now }, newId)
      if (!isStaff(call)) requireFutureStart(booking.startAt, tools.now)
      asked = demandOf(booking)
      await takeUnits(tools, booking, supply)
      return booking
    }
    return notingRefusal(
      ports,
      call,
      () => asked,
      () => inTransaction(call, submit),
    )
  }
