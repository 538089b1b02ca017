import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { Client } from 'pg'

import { any, bookingIn, deskOf, HOUR, inconsistencies, pin, time, unitIds } from './at-the-desk.ts'
import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')

let system: BookingSystem
let student: Person
let staff: Person
let desk: ReturnType<typeof deskOf>

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
  desk = deskOf(system, staff)
})
afterAll(async () => {
  query.mockRestore()
  await system[Symbol.asyncDispose]()
})
afterEach(async () => {
  expect(await inconsistencies(system)).toEqual([])
})

/** What transactions of requests send to PostgreSQL meanwhile. */
async function statements(work: () => Promise<unknown> | undefined): Promise<string[]> {
  query.mockClear()
  await work()
  return sentStatements(query).map(({ text }) => text)
}

describe('a scan', () => {
  it('is as many statements for a loan of 200 lines as for one of a single line', async () => {
    const lamps = desk.equip(4)
    const stands = Array.from({ length: 4 }, () => desk.equip(50, 'Stand'))
    const short = await desk.lent(student, [pin(unitIds(lamps)[0])], 0.5 * HOUR, 4 * HOUR)
    const long = bookingIn(await desk.walkIn(student, unitIds(stands[0] ?? lamps).map(pin), 4 * HOUR))
    // 50 is what a request may ask for; the rest comes by scans, here in one statement.
    for (const { id, units: more } of stands.slice(1)) {
      await system.database.admin(
        `with item as (
           insert into booking_item (org_id, id, booking_id, position, resource_id, resource_unit_id, pinned, handed_out_at)
           select $1, gen_random_uuid(), $2, (select max(position) from booking_item where booking_id = $2) + place,
             $3, unit, true, $5 from unnest($4::uuid[]) with ordinality as more (unit, place) returning *)
         insert into occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned, collected)
         select org_id, id, booking_id, resource_id, resource_unit_id, tstzrange($5, $6), true, true from item`,
        [staff.orgId, long.id, id, more.map((unit) => unit.id), long.start_at, long.end_at],
      )
    }
    const [, second, third, fourth] = unitIds(lamps)
    await desk.scan(short.id, fourth)
    const forShort = await statements(() => desk.scan(short.id, second))
    const forLong = await statements(() => desk.scan(long.id, third))
    expect((await desk.show(long.id)).items).toHaveLength(201)
    expect(forLong.length).toBe(forShort.length)
    expect(forLong.length).toBeLessThanOrEqual(20)
  })
})

describe('what takes a unit at the desk', () => {
  const paths: Record<string, () => Promise<() => Promise<unknown>>> = {
    'a scan': async () => {
      const { id } = await desk.approved(student, [any(desk.equip(1))], HOUR, 2 * HOUR)
      const [unit] = unitIds(desk.equip(1))
      return () => desk.scan(id, unit)
    },
    'a swap': async () => {
      const lamps = desk.equip(2)
      const booking = await desk.approved(student, [any(lamps)], HOUR, 2 * HOUR)
      const spare = unitIds(lamps).find((unit) => unit !== booking.items[0]?.resource_unit_id)
      return () => desk.swap(booking.id, booking.items[0]?.id, pin(spare))
    },
    'a walk-in': () => {
      const lamps = desk.equip(1)
      return Promise.resolve(() => desk.walkIn(student, [any(lamps)], HOUR))
    },
    'an extension': async () => {
      const { id } = await desk.approved(student, [any(desk.equip(1))], HOUR, 2 * HOUR)
      return () => desk.act(id, 'extend', { end_at: time(3 * HOUR) })
    },
  }

  it.each(Object.keys(paths))('%s locks its resource by itself before it looks (CON-3)', async (name) => {
    const work = await paths[name]?.()
    const sent = await statements(() => work?.())
    const lock = sent.findIndex((text) => text.includes('pg_advisory_xact_lock(key)'))
    const look = sent.findIndex((text) => text.includes('occupancy'))
    expect([lock >= 0, look > lock]).toEqual([true, true])
  })
})
