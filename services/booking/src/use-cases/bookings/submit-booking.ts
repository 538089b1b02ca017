import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'

import { type Booking, requireFutureStart } from '../../domain/booking.ts'
import { isStaff, requireOwn } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { answersFor, lockedBooking } from '../supply.ts'

/** Turns a draft into a request, which the rules bind and which takes its units. */
export const submitBooking =
  (ports: Ports) =>
  async (call: Call, id: string, expected: ExpectedVersion | undefined): Promise<Booking> => {
    const { inTransaction, wishesOf, newId } = ports
    const present = await wishesOf(call.orgId, id)
    const answers = await answersFor(ports, call.orgId, [], present)
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
      await requireAllowed(tools, call, answers.policy, {
        borrowerId: booking.requesterUserId,
        period: booking.period,
        added: { activeBookings: 1, units: booking.items.length },
      })
      await takeByPolicy(tools, booking, answers, newId)
      return booking
    })
  }
