import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { takeOff } from '../../domain/desk/exchange.ts'
import type { Ports } from '../ports.ts'

/** Takes an item off a booking that was not handed out, and frees its unit. */
export const removeItem =
  ({ inTransaction }: Ports) =>
  (call: Call, id: string, itemId: string, expected: ExpectedVersion | undefined): Promise<void> =>
    inTransaction(call, async ({ bookings, occupancy, now }) => {
      const booking = await bookings.forChange(id)
      if (booking === undefined) throw notFound('booking')
      requireVersion(expected, booking.version)
      takeOff(booking, itemId, now)
      await occupancy.freeItems([itemId])
    })
