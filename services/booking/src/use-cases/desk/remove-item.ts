import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { itemOf, takeOff } from '../../domain/desk/exchange.ts'
import type { Ports } from '../ports.ts'

/** Takes an item off a booking that was not handed out, and frees its unit. */
export const removeItem =
  ({ inTransaction }: Ports) =>
  (call: Call, id: string, itemId: string, expected: ExpectedVersion | undefined): Promise<void> =>
    inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      const item = itemOf(booking, itemId)
      requireVersion(expected, booking.version)
      takeOff(booking, item, now)
      occupancy.freeItems([itemId])
    })
