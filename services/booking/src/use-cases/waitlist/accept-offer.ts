import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { acceptedBooking } from '../../domain/waitlist/accepted-booking.ts'
import { requireOwnEntry } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { lockedEntries } from './locked-entry.ts'
import type { EntryView } from './ports.ts'

/**
 * Makes a booking of what is held. The units pass from the offer to the booking in one statement, on the condition that
 * the offer has not lapsed, so that at no instant they are nobody's and no clock but the database's decides.
 */
export const acceptOffer =
  ({ inTransaction, directory, waiting, newId }: Ports) =>
  async (
    call: Call,
    id: string,
    expected: ExpectedVersion | undefined,
  ): Promise<{ entry: EntryView; booking: Booking }> => {
    const [resourceIds, policy] = await Promise.all([
      waiting.resourcesOf(call.orgId, [id]),
      directory.policyOf(call.orgId),
    ])
    return inTransaction(call, async (tools) => {
      const { entries, now } = await lockedEntries(tools, [id], resourceIds)
      const entry = requireOwnEntry(call, entries[0])
      requireVersion(expected, entry.version)
      entry.require('accept', now)
      const act = { by: call.userId, at: now }
      const booking = acceptedBooking(entry, act, newId)
      // When it is was judged when the entry was made, or chosen by staff; what stands against the borrower is judged now.
      await requireAllowed(tools, call, policy, {
        borrowerId: entry.requesterUserId,
        period: booking.period,
        before: booking.period,
        added: { activeBookings: 1, units: booking.items.length },
      })
      tools.bookings.add(booking)
      entry.accept(booking.id, act)
      if ((await tools.occupancy.pass(id, booking.id)) < booking.items.length) {
        throw new Failure('offer-expired', 'The offer has expired; what it held is free for others.')
      }
      return { entry: await tools.waitlist.show(id), booking }
    })
  }
