import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import type { Answer, BookingSystem, Equipment, Person } from './booking-system.ts'

/** An hour far enough ahead that nothing begins while the tests run. */
export const at = (hour: number) => inHours(240 + hour)

/** A waitlist entry as tests look at it. */
export interface Entry {
  id: string
  status: string
  version: number
  rank: number | null
  priority_score: number
  score_factors: Record<string, { value: unknown; weight: number; points: number }>
  offer: { items: { resource_unit_id: string; resource_id: string }[]; made_by: string | null } | null
  offer_expires_at: string | null
  booking_id: string | null
}

/** Pairs of rows that keep one unit at the same time: there must be none, whatever wrote them. */
const OVERLAPS = `
  select count(*)::int as count from occupancy a join occupancy b
    on a.org_id = b.org_id and a.unit_id = b.unit_id and a.item_id < b.item_id and a.during && b.during`

export const overlaps = async ({ database }: BookingSystem) =>
  (await database.admin<{ count: number }>(OVERLAPS))[0]?.count

/** Until the arbiter has looked at all there is: what is offered then is offered for what happens next. */
export const arbiterIsDone = ({ database }: BookingSystem) =>
  until(
    () => database.admin('select 1 from freed_resource'),
    (queued) => queued.length === 0,
  )

/** What people do at the service: book, wait, take steps, look. */
export function waitingPeople(system: Pick<BookingSystem, 'send'>) {
  const wish = (equipment: Equipment, from: number, more: object = {}) => ({
    start_at: at(from),
    end_at: at(from + 1),
    items: [{ resource_id: equipment.id, quantity: 1 }],
    ...more,
  })
  const send = async (as: Person, method: string, path: string, body?: object, key?: string) =>
    system.send(as, method, path, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    })
  const expected = (status: number) => (answer: Answer) => {
    if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    wish,
    tryToBook: (as: Person, body: object) => send(as, 'POST', '/bookings', body, randomUUID()),
    book: async (as: Person, body: object) =>
      expected(201)(await send(as, 'POST', '/bookings', body, randomUUID())),
    step: (as: Person, id: string, verb: string, body?: object) =>
      send(as, 'POST', `/bookings/${id}/${verb}`, body),
    tryToJoin: (as: Person, body: object) => send(as, 'POST', '/waitlist', body),
    join: async (as: Person, body: object) =>
      expected(201)(await send(as, 'POST', '/waitlist', body)) as unknown as Entry,
    act: (as: Person, id: string, verb: string, body?: object) =>
      send(as, 'POST', `/waitlist/${id}/${verb}`, body),
    entry: async (as: Person, id: string) =>
      (await send(as, 'GET', `/waitlist/${id}`)).body as unknown as Entry,
    list: async (as: Person, query = '') =>
      (await send(as, 'GET', `/waitlist${query}`)).body as unknown as {
        data: Entry[]
        next_cursor: string | null
      },
    /** The entry as soon as it has this status. */
    async when(as: Person, id: string, status: string): Promise<Entry> {
      return until(
        () => this.entry(as, id),
        (entry) => entry.status === status,
      )
    },
  }
}
