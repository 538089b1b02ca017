import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { until } from '@kitroom/testing'
import { Client } from 'pg'

import { any, deskOf, HOUR, inconsistencies, MINUTE, outcome, pin, unitIds } from './at-the-desk.ts'
import { type BookingSystem, bookingSystem } from './booking-system.ts'

let system: BookingSystem
/** A second process over the same tables: everything here has to be true with two of them. */
let twin: BookingSystem

beforeAll(async () => {
  system = await bookingSystem({ lookoutSeconds: 0.2 })
  twin = await bookingSystem({ url: system.database.url, lookoutSeconds: 0.2 })
})
afterAll(async () => {
  await twin[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

/** An organisation that waits so long for whoever booked; null: for ever. */
function organization(no_show_minutes: number | null) {
  const org = randomUUID()
  for (const process of [system, twin]) process.rule(org, { no_show_minutes })
  const [student, staff] = [system.person('student', org), system.person('staff', org)]
  const desk = deskOf(system, staff)
  /** Approves a booking as of so long ago, which staff cannot enter. */
  const approveAgo = async (id: string, ago: number) => {
    await system.database.admin(
      `with approved as (
         update booking set status = 'APPROVED' where id = $1 returning org_id, id)
       insert into booking_status_change (org_id, id, booking_id, position, status, at)
       select org_id, $2, id, 1, 'APPROVED', clock_timestamp() - make_interval(secs => $3) from approved`,
      [id, randomUUID(), ago / 1000],
    )
  }
  const approvedAgo = async (items: object[], start: number, ago: number) => {
    const booking = await desk.booked(student, items, start, 4 * HOUR)
    await approveAgo(booking.id, ago)
    return booking
  }
  return { student, staff, desk, approveAgo, approvedAgo }
}

const told = async (id: string) => {
  const rows = await system.database.admin<{ payload: string }>('select payload from outbox order by seq')
  return rows
    .map(({ payload }) => (JSON.parse(payload) as EntityChanged).data)
    .filter(({ entity_id }) => entity_id === id)
}

describe('a booking nobody came for', () => {
  it('is called off by the system, once, and its units are free', async () => {
    const { desk, student, approvedAgo } = organization(30)
    const lamps = desk.equip(1)
    const { id } = await approvedAgo([any(lamps)], -HOUR, 31 * MINUTE)
    const released = await until(
      () => desk.show(id),
      ({ status }) => status === 'CANCELLED',
    )
    expect(released).toMatchObject({ status: 'CANCELLED', cancelled_at: released.no_show_at })
    expect(released.history.at(-1)).toMatchObject({
      status: 'CANCELLED',
      actor_user_id: null,
      reason: 'no-show',
    })
    await desk.booked(student, [any(lamps)], 0.5 * HOUR, HOUR)
    const report = (await desk.send('GET', '/reports/no-shows')).body['data'] as object[]
    expect(report).toMatchObject([{ user_id: student.userId, booking_ids: [id], released: 1 }])
    const events = (await told(id)).filter(({ action }) => action === 'STATUS_CHANGE')
    expect(events).toMatchObject([
      { actor_user_id: null, before: { status: 'APPROVED' }, after: { no_show_at: released.no_show_at } },
    ])
  })

  it('is none yet before its time, nor when it may not have been possible to collect, nor without such a rule', async () => {
    const { desk, student, staff, approveAgo, approvedAgo } = organization(30)
    const lamps = desk.equip(4)
    const [first, second, third, fourth] = unitIds(lamps)
    const due = await approvedAgo([pin(first)], -HOUR, HOUR)
    const kept = [
      // Approved a minute ago; starts only now; asked for and not approved.
      await approvedAgo([pin(second)], -HOUR, MINUTE),
      await approvedAgo([pin(third)], -MINUTE, HOUR),
      await desk.booked(staff, [pin(fourth)], -HOUR, HOUR),
    ]
    const [lent] = unitIds(desk.equip(1))
    const waiting = await desk.booked(staff, [pin(lent)], -HOUR, HOUR)
    await desk.lent(student, [pin(lent)], -5 * HOUR, -3 * HOUR)
    await until(
      () => desk.show(waiting.id),
      ({ at_risk }) => at_risk !== null,
    )
    await approveAgo(waiting.id, HOUR)
    const patient = organization(null)
    const unlimited = await patient.approvedAgo([any(patient.desk.equip(1))], -HOUR, HOUR)
    await until(
      () => desk.show(due.id),
      ({ status }) => status === 'CANCELLED',
    )
    // Two turns of both processes later, as another one shows.
    const marker = await approvedAgo([any(desk.equip(1))], -HOUR, HOUR)
    await until(
      () => desk.show(marker.id),
      ({ status }) => status === 'CANCELLED',
    )
    for (const { id } of kept) expect((await desk.show(id)).status).not.toBe('CANCELLED')
    expect((await desk.show(waiting.id)).status).toBe('APPROVED')
    expect((await patient.desk.show(unlimited.id)).status).toBe('APPROVED')
  })

  it('is judged again once nobody else is changing it', async () => {
    const { desk, staff, approvedAgo } = organization(null)
    const booking = await approvedAgo([any(desk.equip(1))], -HOUR, HOUR)
    const client = new Client({ connectionString: system.database.adminUrl })
    await client.connect()
    try {
      await client.query('set search_path = booking, extensions')
      await client.query('begin')
      // Put off by somebody, just when it was found to be due.
      await client.query(`update booking set start_at = now() + interval '10 minutes' where id = $1`, [
        booking.id,
      ])
      for (const process of [system, twin]) process.rule(staff.orgId, { no_show_minutes: 30 })
      const waiting = await until(
        () =>
          system.database.admin<{ count: number }>(
            `select count(*)::int as count from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and query like '%for update%'`,
          ),
        ([row]) => (row?.count ?? 0) > 0,
      )
      expect(waiting[0]?.count).toBeGreaterThan(0)
      await client.query('commit')
    } finally {
      await client.end()
    }
    const marker = organization(30)
    const due = await marker.approvedAgo([any(marker.desk.equip(1))], -HOUR, HOUR)
    await until(
      () => marker.desk.show(due.id),
      ({ status }) => status === 'CANCELLED',
    )
    expect((await desk.show(booking.id)).status).toBe('APPROVED')
  })

  it('either is collected at that moment or is gone, with two processes looking and a desk at work', async () => {
    const { desk, student } = organization(0)
    const lamps = desk.equip(12)
    const bookings = await Promise.all(
      unitIds(lamps).map((unit) => desk.booked(student, [pin(unit)], -HOUR, HOUR)),
    )
    const answers = await Promise.all(
      bookings.map(async ({ id }) => {
        await desk.act(id, 'approve')
        return desk.act(id, 'checkout')
      }),
    )
    const statuses = await until(
      async () => Promise.all(bookings.map(async ({ id }) => (await desk.show(id)).status)),
      (seen) => seen.every((status) => status !== 'APPROVED'),
    )
    answers.forEach((answer, at) => {
      const expected = statuses[at] === 'CHECKED_OUT' ? 200 : '409 invalid-transition'
      expect([statuses[at], outcome(answer)]).toEqual([statuses[at], expected])
    })
    for (const { id } of bookings) {
      const ends = (await told(id)).filter(({ after }) => after?.['status'] === 'CANCELLED')
      expect(ends.length).toBeLessThanOrEqual(1)
    }
    expect(await inconsistencies(system)).toEqual([])
  })
})
