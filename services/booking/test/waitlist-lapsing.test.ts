import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { until } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'
import { type Entry, overlaps, waitingPeople } from './waiting-people.ts'

jest.setTimeout(120_000)

const COUNT = 40

let system: BookingSystem
let go: ReturnType<typeof waitingPeople>

beforeAll(async () => {
  system = await bookingSystem()
  go = waitingPeople(system)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

describe('an offer that lapsed while the expirer is stopped (WTL-4)', () => {
  const org = randomUUID()
  const lapsed: { person: Person; entry: Entry }[] = []
  const codes = (answers: readonly { body: Record<string, unknown> }[]) =>
    new Set(answers.map(({ body }) => body['code']))
  const acceptAll = async () => {
    const answers = []
    for (const { person, entry } of lapsed) answers.push(await go.act(person, entry.id, 'accept'))
    return answers
  }
  let lamp: ReturnType<BookingSystem['equip']>

  beforeAll(async () => {
    lamp = system.equip(org, 'Lamp', COUNT)
    const keeper = system.person('student', org)
    const all = [{ resource_id: lamp.id, quantity: COUNT }]
    const booking = await go.book(keeper, go.wish(lamp, 1, { items: all }))
    for (let count = 0; count < COUNT; count++) {
      const person = system.person('student', org)
      lapsed.push({ person, entry: await go.join(person, go.wish(lamp, 1)) })
    }
    // It hears of no offer, and its sweep may look at nothing; the arbiter goes on.
    await system.stopBroker()
    const job = `${new URL(system.database.url).username}_job`
    await system.database.admin(`revoke select on occupancy, waitlist_entry from ${job}`)
    await go.step(keeper, booking.id, 'cancel')
    await until(
      () => system.database.admin(`select 1 from waitlist_entry where status = 'OFFERED'`),
      (offered) => offered.length === COUNT,
    )
    await system.database.admin(
      `with entry as (update waitlist_entry set offer_expires_at = clock_timestamp() where status = 'OFFERED')
       update occupancy set held_until = clock_timestamp() where entry_id is not null`,
    )
  })

  it('is still there for all to see, and accepted by nobody', async () => {
    expect(codes(await acceptAll())).toEqual(new Set(['offer-expired']))
    const held = await system.database.admin('select 1 from occupancy where entry_id is not null')
    expect(held).toHaveLength(COUNT)
  })

  it('is not in the way of those who look for what is free', async () => {
    const [{ start_at, end_at }, someone] = [go.wish(lamp, 1), system.person('student', org)]
    const query = `?from=${start_at}&to=${end_at}`
    const free = await system.send(someone, 'GET', `/resources/${lamp.id}/availability${query}`)
    expect(free.body).toMatchObject({ free: [{ from: start_at, to: end_at, count: COUNT }] })
    const found = await system.send(someone, 'GET', `/availability${query}`)
    expect(found.body).toMatchObject({ data: [{ units_free: COUNT }] })
  })

  it('is not in the way of those who book, who end it: all of them', async () => {
    const booked = []
    for (let count = 0; count < COUNT; count++) {
      booked.push(await go.tryToBook(system.person('student', org), go.wish(lamp, 1)))
    }
    expect(booked.map(({ status }) => status)).toEqual(booked.map(() => 201))
    expect(codes(await acceptAll())).toEqual(new Set(['offer-expired']))
    for (const { person, entry } of lapsed) {
      expect(await go.entry(person, entry.id)).toMatchObject({ status: 'EXPIRED', offer: null })
    }
    expect(await overlaps(system)).toBe(0)
  })

  it('was ended by the system itself, as the audit is told', async () => {
    const events = await system.database.admin<{ actor: string | null }>(
      `select payload::jsonb -> 'data' ->> 'actor_user_id' as actor from outbox
       where payload::jsonb -> 'data' ->> 'entity_type' = 'WaitlistEntry'
         and payload::jsonb -> 'data' -> 'after' ->> 'status' = 'EXPIRED'`,
    )
    expect(events).toEqual(Array.from({ length: COUNT }, () => ({ actor: null })))
  })
})
