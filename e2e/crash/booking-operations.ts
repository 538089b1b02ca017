import { inHours } from '@kitroom/testing'

import { type Cast, equipment, type Made, type Operation, posted } from './operations.ts'

/** A wish for the units of a new resource. */
async function wish({ url, staff }: Cast, from = 1): Promise<object> {
  const { id } = await posted(url, staff, '/resources', equipment(1))
  const items = [{ resource_id: id, quantity: 1 }]
  return { start_at: inHours(from), end_at: inHours(from + 1), items }
}

async function booked(cast: Cast, from = 1, more: object = {}): Promise<string> {
  return (await posted(cast.url, cast.student, '/bookings', { ...(await wish(cast, from)), ...more })).id
}

async function approved(cast: Cast, from?: number): Promise<string> {
  const id = await booked(cast, from)
  await posted(cast.url, cast.staff, `/bookings/${id}/approve`)
  return id
}

/** A wish for what somebody else has. */
async function taken(cast: Cast): Promise<object> {
  const wanted = await wish(cast)
  await posted(cast.url, cast.staff, '/bookings', wanted)
  return wanted
}

/** Somebody who waits for it. */
async function waiting(cast: Cast): Promise<string> {
  return (await posted(cast.url, cast.student, '/waitlist', await taken(cast))).id
}

const anotherTime = () => ({ start_at: inHours(5), end_at: inHours(6) })

/** Who waits was offered the same at another time. */
async function offered(cast: Cast): Promise<string> {
  const id = await waiting(cast)
  await posted(cast.url, cast.staff, `/waitlist/${id}/offer`, anotherTime())
  return id
}

const fine = ({ student }: Cast) => ({ user_id: student.id, amount_cents: 1, reason: 'A scratch.' })

/** An operation on a booking: what is there before, and who takes the step. */
const step = (
  verb: string,
  by: 'staff' | 'student',
  before: (cast: Cast) => Promise<string>,
  body: object = {},
): Operation => ({
  ready: async (cast) => ({ who: cast[by], path: `/bookings/${await before(cast)}/${verb}`, body }),
  table: 'booking',
  events: ['Booking STATUS_CHANGE'],
})

/** An answer to an offer. */
const answer = (verb: string, events: string[]): Operation => ({
  ready: async (cast) => ({ who: cast.student, path: `/waitlist/${await offered(cast)}/${verb}`, body: {} }),
  table: 'waitlist_entry',
  events,
})

/** What happens to bookings. */
export const BOOKINGS: Record<string, Operation> = {
  submitBooking: step('submit', 'student', (cast) => booked(cast, 1, { status: 'DRAFT' })),
  approveBooking: step('approve', 'staff', booked),
  rejectBooking: step('reject', 'staff', booked),
  cancelBooking: step('cancel', 'student', booked),
  checkOutBooking: step('checkout', 'staff', (cast) => approved(cast, 0)),
  returnBooking: step('return', 'staff', async (cast) => {
    const id = await approved(cast, 0)
    await posted(cast.url, cast.staff, `/bookings/${id}/checkout`)
    return id
  }),
  lendWalkIn: {
    ready: async (cast) => {
      const { items } = (await wish(cast)) as Made
      const body = { on_behalf_of: cast.student.id, end_at: inHours(1), items }
      return { who: cast.staff, path: '/bookings/walk-in', body }
    },
    table: 'booking',
    events: ['Booking CREATE'],
  },
}

/** Who waits, owes or writes. */
export const AROUND_BOOKINGS: Record<string, Operation> = {
  joinWaitlist: {
    ready: async (cast) => ({ who: cast.student, path: '/waitlist', body: await taken(cast) }),
    table: 'waitlist_entry',
    events: ['WaitlistEntry CREATE'],
  },
  makeOffer: {
    ready: async (cast) => ({
      who: cast.staff,
      path: `/waitlist/${await waiting(cast)}/offer`,
      body: anotherTime(),
    }),
    table: 'waitlist_entry',
    events: ['WaitlistEntry STATUS_CHANGE'],
  },
  acceptOffer: answer('accept', ['Booking CREATE', 'WaitlistEntry STATUS_CHANGE']),
  declineOffer: answer('decline', ['WaitlistEntry STATUS_CHANGE']),
  createFine: {
    ready: async (cast) => ({ who: cast.staff, path: '/fines', body: fine(cast) }),
    table: 'fine',
    events: ['Fine CREATE'],
  },
  waiveFine: {
    ready: async (cast) => {
      const { id } = await posted(cast.url, cast.staff, '/fines', fine(cast))
      return { who: cast.staff, path: `/fines/${id}/waive`, body: { reason: 'It was there before.' } }
    },
    table: 'fine',
    events: ['Fine STATUS_CHANGE'],
  },
  postMessage: {
    ready: async (cast) => ({
      who: cast.student,
      path: `/bookings/${await booked(cast)}/messages`,
      body: { text: 'May I come at eight?' },
    }),
    table: 'booking_message',
    events: ['BookingMessage CREATE'],
  },
}
