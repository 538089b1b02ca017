import { type Call, type ExpectedVersion, type Extension, requireVersion } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Booking } from '../../domain/booking.ts'
import { extend, requireExtension } from '../../domain/desk/extension.ts'
import { isStaff, requesterOf, requireOwnOrStaff, requireStillOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { answersFor, lockedBooking } from '../supply.ts'

/**
 * Moves the end of a booking or loan to a later time. What is out keeps its unit; whoever waits for it is moved to a like
 * one, or the extension is refused: the next person comes first.
 */
export const extendBooking =
  (ports: Ports) =>
  async (
    call: Call,
    id: string,
    { end_at: endAt }: Extension,
    expected: ExpectedVersion | undefined,
  ): Promise<Booking> => {
    const { inTransaction, wishesOf, ownerOf, newId } = ports
    await requireStillOwnOrStaff(ownerOf, call, 'booking', id)
    const present = await wishesOf(call.orgId, id)
    const answers = await answersFor(ports, call.orgId, [], present)
    return inTransaction(call, async (tools) => {
      const locked = await lockedBooking(
        tools,
        id,
        present.map(({ resourceId }) => resourceId),
      )
      const booking = requireOwnOrStaff(call, 'booking', locked, requesterOf)
      requireVersion(expected, booking.version)
      requireExtension(booking, endAt, tools.now)
      if (booking.endAt <= tools.now && !isStaff(call)) {
        throw new Failure('forbidden', 'The end of this booking has passed; only staff may extend it now.')
      }
      await requireAllowed(tools, call, answers.policy, {
        borrowerId: booking.requesterUserId,
        period: { startAt: booking.startAt, endAt },
        before: booking.period,
        added: { activeBookings: 0, units: 0 },
        extends: booking,
      })
      extend(booking, endAt, tools.now)
      tools.occupancy.free(id)
      await takeByPolicy(tools, booking, answers, newId)
      return booking
    })
  }
