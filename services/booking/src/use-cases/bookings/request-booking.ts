import type { BookingWish, Call } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { Booking, requireFutureStart } from '../../domain/booking.ts'
import { type Role, strongest } from '../../domain/rules/lending-policy.ts'
import { isStaff } from '../access.ts'
import type { Answers, Judging, KeyedCall, Ports, Work } from '../ports.ts'
import { refuse } from '../refuse-units.ts'
import { requireAllowed } from '../rules/require-allowed.ts'
import { takeByPolicy } from '../rules/take-by-policy.ts'
import { answersFor, wishedUnits } from '../supply.ts'
import { hopeless } from '../take-units.ts'
import { enterWaitlist, isFree, requireAhead } from '../waitlist/enter-waitlist.ts'
import type { InTurn } from '../waitlist/in-turn.ts'
import type { EntryView } from '../waitlist/ports.ts'
import { thingOf, turnstile } from './turnstile.ts'

/** What became of a request: a booking, or where that was asked for and not everything is free, a place in line. */
export type Requested = { booking: Booking } | { entry: EntryView }

interface Wanted {
  call: Call
  wish: BookingWish
  borrowerId: string
  /** The borrower's. */
  roles: readonly Role[]
}

/** With what inventory and auth say of it before the transaction. */
interface Asked extends Wanted {
  answers: Answers
}

/**
 * Books units for a time, or keeps the wish as a draft, which no rule binds yet. Staff may do it for somebody else and
 * enter it late. Many who want the same units at the same moment are looked at together.
 */
export const requestBooking = (ports: Ports, inTurn: InTurn) => {
  // Those who wait want the same, so inventory is asked once for all of them.
  const pass = turnstile<Wanted & { call: KeyedCall }>(async (waiting) => {
    const [first] = waiting
    if (first === undefined) return new Map()
    const answers = await answersFor(ports, first.call.orgId, first.wish.items)
    const requests = waiting.map((wanted) => ({ ...wanted, answers }))
    return ports.refuseTogether(requests, (tools, asked) =>
      refuseInVain(tools, asked, begun(asked, tools.now, ports.newId)),
    )
  })
  return async (call: Call, wish: BookingWish): Promise<Requested> => {
    const borrowerId = wish.on_behalf_of ?? call.userId
    const isOwn = borrowerId === call.userId
    if (!isOwn && !isStaff(call)) {
      throw new Failure('forbidden', 'Only staff may book on behalf of somebody else.')
    }
    const roles = isOwn ? call.caller.roles : await ports.directory.rolesOf(call.orgId, borrowerId)
    const wanted = { call, wish, borrowerId, roles }
    const alone = async () => {
      const answers = await answersFor(ports, call.orgId, wish.items)
      return ports.inTransaction(call, (tools) => requested(tools, { ...wanted, answers }, ports.newId))
    }
    const { once } = call
    if (once === undefined || wish.status === 'DRAFT') return alone()
    if (wish.waitlist === true) return inTurn(call, wish.items, alone)
    const wanting = { ...wanted, call: { ...call, once } }
    return pass({ thing: thingOf(call.orgId, wish.items), id: `${call.userId} ${once.key}`, wanting }, alone)
  }
}

const wantsUnitsOrNothing = ({ status, waitlist }: BookingWish): boolean =>
  status !== 'DRAFT' && waitlist !== true

/** The booking as it is asked for. @throws Failure not-found, validation-failed for what has begun */
function begun({ call, wish, borrowerId, roles, answers }: Asked, now: Date, newId: Ports['newId']): Booking {
  if (roles.length === 0) throw notFound('user')
  if (!isStaff(call)) requireFutureStart(wish.start_at, now)
  const request = {
    id: newId(),
    orgId: call.orgId,
    requesterUserId: borrowerId,
    period: { startAt: wish.start_at, endAt: wish.end_at },
    purpose: wish.purpose,
    wishes: wishedUnits(wish.items, answers.supply),
    draft: wish.status === 'DRAFT',
  }
  return new Booking(request, { by: call.userId, at: now }, newId)
}

/**
 * What no moving of bookings can serve is refused at once, without waiting for the locks.
 * @throws Failure unit-unavailable, and for what the rules forbid whatever is free
 */
async function refuseInVain(tools: Judging, asked: Asked, booking: Booking): Promise<void> {
  const full = await hopeless(tools, booking, asked.answers.supply)
  if (full.length === 0) return
  await requireAllowedBy(tools, asked, booking)
  refuse(tools, booking, full)
}

const requireAllowedBy = (
  tools: Pick<Judging, 'borrowers' | 'now'>,
  { call, borrowerId, answers }: Asked,
  { period, items }: Booking,
): Promise<void> =>
  requireAllowed(tools, call, answers.policy, {
    borrowerId,
    period,
    added: { activeBookings: 1, units: items.length },
  })

async function requested(tools: Work, asked: Asked, newId: Ports['newId']): Promise<Requested> {
  const { wish, borrowerId, roles, answers } = asked
  const booking = begun(asked, tools.now, newId)
  if (wantsUnitsOrNothing(wish)) {
    await refuseInVain({ ...tools, once: (_question, answer) => answer() }, asked, booking)
  }
  tools.occupancy.lock(booking.items.map(({ resourceId }) => resourceId))
  if (booking.occupies) await requireAllowedBy(tools, asked, booking)
  if (wish.waitlist === true) {
    const { orgId, period, purpose } = booking
    const { items } = wish
    const wishes = wishedUnits(items, answers.supply)
    const wait = { orgId, borrowerId, role: strongest(roles), period, purpose, items, wishes }
    if (!(await isFree(tools, wait, answers, newId))) {
      requireAhead(period, tools.now)
      return { entry: await enterWaitlist(tools, wait, answers, newId) }
    }
  }
  tools.bookings.add(booking)
  if (booking.occupies) await takeByPolicy(tools, booking, answers, newId)
  return { booking }
}
