import { randomUUID } from 'node:crypto'

import { expect } from '@jest/globals'
import type { Booking } from '@kitroom/contracts'

import type { Answer, BookingSystem, Equipment, Person } from './booking-system.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const NOW = Date.now()
/** So long before or after the tests began. */
export const time = (ms: number) => new Date(NOW + ms).toISOString()

export const pin = (unitId: string | undefined) => ({ resource_unit_id: unitId })
export const any = ({ id }: Equipment, quantity = 1) => ({ resource_id: id, quantity })
export const unitIds = ({ units }: Equipment) => units.map(({ id }) => id)

/** What an answer says in short: its status, and its code when it is a refusal. */
export const outcome = ({ status, body }: Answer) =>
  status < 300 ? status : `${status} ${String(body['code'])}`
export const bookingIn = ({ body }: Answer) => body as unknown as Booking
/** The units of a booking that are in some state, as the contract tells it. */
export const unitsOut = ({ items }: Booking) =>
  items
    .filter((item) => item.handed_out_at !== null && item.returned_at === null)
    .map((item) => item.resource_unit_id)

/** A desk with somebody at it, of an organisation, and what it does all day. */
export function deskOf(system: BookingSystem, staff: Person) {
  const send = (method: string, path: string, body?: object, as = staff, ifMatch?: string) =>
    system.send(as, method, path, {
      ...(body === undefined ? {} : { body }),
      ...(ifMatch === undefined ? {} : { ifMatch }),
      ...(method === 'POST' ? { key: randomUUID() } : {}),
    })
  const act = (id: string, verb: string, body: object = {}, as = staff, ifMatch?: string) =>
    send('POST', `/bookings/${id}/${verb}`, body, as, ifMatch)

  /** Books for somebody; what is expected to be possible. */
  async function booked(borrower: Person, items: object[], start: number, end: number): Promise<Booking> {
    const body = { start_at: time(start), end_at: time(end), items, on_behalf_of: borrower.userId }
    const made = await send('POST', '/bookings', body)
    expect([made.status, made.body['code']]).toEqual([201, undefined])
    return bookingIn(made)
  }
  async function approved(...asked: Parameters<typeof booked>): Promise<Booking> {
    const { id } = await booked(...asked)
    return bookingIn(await act(id, 'approve'))
  }
  /** A loan that was handed out when it began, or now when that is to come. */
  async function lent(...asked: Parameters<typeof booked>): Promise<Booking> {
    const { id } = await approved(...asked)
    const [, , start] = asked
    const out = await act(id, 'checkout', start < 0 ? { picked_up_at: time(start) } : {})
    expect([out.status, out.body['code']]).toEqual([200, undefined])
    return bookingIn(out)
  }

  return {
    ...{ send, act, booked, approved, lent },
    equip: (units: number, name = 'Lamp') => system.equip(staff.orgId, name, units),
    show: async (id: string) => bookingIn(await send('GET', `/bookings/${id}`)),
    scan: (id: string, unitId: string | undefined) => act(id, 'items', pin(unitId)),
    swap: (id: string, itemId: string | undefined, body: object) => act(id, `items/${itemId}/swap`, body),
    walkIn: (borrower: Person, items: object[], end: number, more: object = {}) =>
      send('POST', '/bookings/walk-in', { on_behalf_of: borrower.userId, items, end_at: time(end), ...more }),
  }
}

/** Pairs of rows that keep one unit at the same time, units with two borrowers, and rows that do not fit their item. */
export async function inconsistencies(system: BookingSystem): Promise<object[]> {
  return system.database.admin(`
    select 'overlap' as what, a.unit_id from occupancy a join occupancy b
      on a.org_id = b.org_id and a.unit_id = b.unit_id and a.item_id < b.item_id and a.during && b.during
    union all
    select 'out twice', unit_id from occupancy where collected group by org_id, unit_id having count(*) > 1
    union all
    select 'does not fit its item', o.unit_id from occupancy o
      left join booking_item i on i.org_id = o.org_id and i.id = o.item_id
      left join booking b on b.org_id = i.org_id and b.id = i.booking_id
      where o.booking_id is not null and (b.id is distinct from o.booking_id or o.unit_id <> i.resource_unit_id
        or i.returned_at is not null or o.collected <> (i.handed_out_at is not null) or o.pinned <> i.pinned
        or b.status not in ('PENDING', 'APPROVED', 'CHECKED_OUT')
        or upper(o.during) <> b.end_at + make_interval(mins => b.buffer_minutes))
    union all
    select 'has no unit', i.resource_unit_id from booking_item i
      join booking b on b.org_id = i.org_id and b.id = i.booking_id
      left join occupancy o on o.org_id = i.org_id and o.item_id = i.id
      where b.status in ('PENDING', 'APPROVED', 'CHECKED_OUT') and i.returned_at is null and o.item_id is null`)
}
