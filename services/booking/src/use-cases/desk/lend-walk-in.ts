import type { Call, WalkIn } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking } from '../../domain/booking.ts'
import { handOut, requirePast } from '../../domain/desk/hand-over.ts'
import { partOf } from '../part-of.ts'
import type { Ports, Work } from '../ports.ts'
import { conflictFacts } from '../refuse-units.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { answersFor, wishedUnits } from '../supply.ts'
import { takeUnits } from '../take-units.ts'

/** Lends to somebody who is at the desk: asked for, approved and handed out in one step. */
export const lendWalkIn =
  (ports: Ports) =>
  async (call: Call, wish: WalkIn): Promise<Booking> => {
    const { inTransaction, directory, newId } = ports
    const borrowerId = wish.on_behalf_of
    const [{ supply, policy }, isMember] = await Promise.all([
      answersFor(ports, call.orgId, wish.items),
      directory.isMember(call.orgId, borrowerId),
    ])

    return inTransaction(call, async (tools) => {
      if (!isMember) throw notFound('user')
      const act = { by: call.userId, at: tools.now }
      const at = wish.picked_up_at ?? tools.now
      requirePast(at, tools.now, '/picked_up_at')
      const wishes = wishedUnits(wish.items, supply)
      const booking = new Booking(
        {
          id: newId(),
          orgId: call.orgId,
          requesterUserId: borrowerId,
          period: { startAt: at, endAt: wish.end_at },
          purpose: wish.purpose,
          wishes,
          draft: false,
        },
        act,
        newId,
      )
      booking.approve(act, newId)
      booking.bufferMinutes = policy.bufferMinutes
      tools.occupancy.lock(wishes.map(({ resourceId }) => resourceId))
      await requireAllowed(tools, call, policy, {
        borrowerId,
        period: booking.period,
        added: { activeBookings: 1, units: wishes.length },
      })
      tools.bookings.add(booking)
      const claim = partOf(booking, booking.items, {
        settled: () => handOut(booking, act, { at, seen: [], partial: false }, 0, newId),
      })
      await takeUnits(tools, claim, supply)
      await requireUnshared(tools, booking, at)
      return booking
    })
  }

/** A loan that is entered late did not begin while its units were with others. @throws Failure unit-unavailable */
async function requireUnshared({ occupancy, now }: Work, booking: Booking, at: Date): Promise<void> {
  if (at >= now) return
  const unitIds = booking.items.flatMap(({ resourceUnitId }) => resourceUnitId ?? [])
  const others = await occupancy.hadBy({ unitIds, butBy: booking.id, at })
  if (others.length === 0) return
  throw new Failure('unit-unavailable', 'A unit was with somebody else at that time; lend another.', {
    facts: { conflicts: conflictFacts(others) },
  })
}
