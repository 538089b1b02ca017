import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { scaled, until } from '@kitroom/testing'
import { Client } from 'pg'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { type Entry, overlaps, waitingPeople } from './waiting-people.ts'

jest.setTimeout(scaled(120_000, 3_600_000))

let system: BookingSystem
let second: Awaited<ReturnType<BookingSystem['replica']>>
let go: ReturnType<typeof waitingPeople>
let there: ReturnType<typeof waitingPeople>
let org: string
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  // A second process: two arbiters, two expirers.
  second = await system.replica()
  go = waitingPeople(system)
  there = waitingPeople(second)
  org = randomUUID()
  staff = system.person('staff', org)
})
afterAll(async () => {
  await second[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

const lamp = (units = 1): Equipment => system.equip(org, `Lamp ${randomUUID()}`, units)
const student = (): Person => system.person('student', org)
/** Numbers for a test that is made so many times over. */
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1)
const inTurn = async <T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  for (const one of all) done.push(await each(one))
  return done
}
const lapse = (ids: readonly string[], when: string) =>
  system.database.admin(
    `with entry as (
       update waitlist_entry set offer_expires_at = (${when})::timestamptz(3) where id = any($1) returning id)
     update occupancy set held_until = (${when})::timestamptz(3) where entry_id = any($1)`,
    [[...ids]],
  )
const statuses = async (equipment: Equipment) =>
  system.database.admin<{ id: string; status: string }>(
    `select e.id, e.status from waitlist_entry e join waitlist_item i on i.entry_id = e.id
     where i.resource_id = $1 order by e.created_at, e.id`,
    [equipment.id],
  )

/** Somebody has the lamps, others wait for them, each with the person who waits. */
async function line(equipment: Equipment, people: readonly Person[]) {
  const keeper = student()
  const quantity = equipment.units.length
  const wish = go.wish(equipment, 1, { items: [{ resource_id: equipment.id, quantity }] })
  const booking = await go.book(keeper, wish)
  const entries = await inTurn(people, async (person) => ({
    person,
    entry: await go.join(person, go.wish(equipment, 1)),
  }))
  return { keeper, booking, entries }
}

describe('what came free', () => {
  it('goes to the offer or to whoever books it in the same moment, never to both (WTL-1)', async () => {
    const outcomes = new Set<string>()
    const rounds = scaled(15, 2_000)
    // More on a machine where one of the two is always the quicker.
    for (let round = 0; round < rounds || (outcomes.size < 2 && round < 4 * rounds); round++) {
      const equipment = lamp()
      const { keeper, booking, entries } = await line(equipment, [student()])
      const [cancelled, booked] = await Promise.all([
        go.step(keeper, booking.id, 'cancel'),
        pause(Math.random() * 20 * (round % 60)).then(() =>
          until(
            () => there.tryToBook(student(), go.wish(equipment, 1)),
            ({ status }) => status === 201 || Math.random() < 0.3,
          ),
        ),
      ])
      expect(cancelled.status).toBe(200)
      const [{ person, entry } = { person: staff, entry: { id: '' } }] = entries
      if (booked.status === 201) outcomes.add('booked')
      else {
        expect(booked.body['code']).toBe('unit-unavailable')
        expect((await go.when(person, entry.id, 'OFFERED')).status).toBe('OFFERED')
        outcomes.add('offered')
      }
      expect(await overlaps(system)).toBe(0)
    }
    expect(outcomes).toEqual(new Set(['booked', 'offered']))
  })

  it.each(upTo(scaled(1, 25)))(
    'goes to one after the other, in the exact order of the line (WTL-2): line %i',
    async () => {
      const equipment = lamp()
      const people = Array.from({ length: scaled(12, 20) }, (_, index) =>
        system.person(index % 4 === 3 ? 'staff' : 'student', org),
      )
      const { keeper, booking, entries } = await line(equipment, people)
      const { data } = await go.list(staff, `?resource_id=${equipment.id}&status=WAITING&limit=100`)
      const inLine = data.map(({ id }) => id)
      const ofStaff = entries.filter(({ person }) => person.roles.includes('staff'))
      expect(inLine.slice(0, ofStaff.length)).toEqual(ofStaff.map(({ entry }) => entry.id))
      expect(inLine).toHaveLength(people.length)

      await go.step(keeper, booking.id, 'cancel')
      const order = await inTurn(inLine, async () => {
        const now = await until(
          () => statuses(equipment),
          (all) => all.some(({ status }) => status === 'OFFERED'),
        )
        const held = now.filter(({ status }) => status === 'OFFERED')
        expect(held).toHaveLength(1)
        const id = held[0]?.id ?? ''
        const { person = staff } = entries.find(({ entry }) => entry.id === id) ?? {}
        expect((await there.act(person, id, 'decline')).status).toBe(200)
        return id
      })
      expect(order).toEqual(inLine)
    },
  )

  it('in many units at once goes to as many of the first, once each (WTL-2)', async () => {
    const equipment = lamp(6)
    const keepers = await inTurn(equipment.units, async ({ id }) => {
      const keeper = student()
      const wish = go.wish(equipment, 1, { items: [{ resource_unit_id: id }] })
      return { keeper, booking: await go.book(keeper, wish) }
    })
    const entries = await inTurn(Array.from({ length: 10 }, student), async (person) =>
      go.join(person, go.wish(equipment, 1)),
    )
    await Promise.all(
      keepers.map(({ keeper, booking }, index) =>
        (index % 2 === 0 ? go : there).step(keeper, booking.id, 'cancel'),
      ),
    )
    const settled = await until(
      () => statuses(equipment),
      (all) => all.filter(({ status }) => status === 'OFFERED').length >= 6,
    )
    expect(settled.map(({ id }) => id)).toEqual(entries.map(({ id }) => id))
    expect(settled.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 6 }, () => 'OFFERED'),
      ...Array.from({ length: 4 }, () => 'WAITING'),
    ])
    expect(await overlaps(system)).toBe(0)
  })
})

/** So many people, each offered a unit of one resource. */
async function offeredTo(count: number) {
  const equipment = lamp(count)
  const people = Array.from({ length: count }, student)
  const { keeper, booking, entries } = await line(equipment, people)
  await go.step(keeper, booking.id, 'cancel')
  await until(
    () => statuses(equipment),
    (all) => all.every(({ status }) => status === 'OFFERED'),
  )
  return { equipment, entries }
}

const bookingsOf = async (ids: readonly string[]) =>
  system.database.admin<{ id: string; booking_id: string | null; late: boolean }>(
    `select id, booking_id, ended_at >= offer_expires_at as late from waitlist_entry where id = any($1)`,
    [[...ids]],
  )

describe('an offer', () => {
  it.each(upTo(scaled(1, 167)))(
    'that is accepted at the instant it lapses has one fate (WTL-3): %i',
    async () => {
      const { entries } = await offeredTo(30)
      const ids = entries.map(({ entry }) => entry.id)
      // The first have time enough on any machine, and all others none or next to none.
      await lapse(ids.slice(0, 4), `clock_timestamp() + interval '1 minute'`)
      for (const [index, id] of ids.slice(4).entries()) {
        await lapse([id], `clock_timestamp() + interval '${index * 25} milliseconds'`)
      }
      const answers = await Promise.all(
        entries.map(async ({ person, entry }, index) => {
          await new Promise((resolve) => setTimeout(resolve, index * 20))
          return (index % 2 === 0 ? go : there).act(person, entry.id, 'accept')
        }),
      )
      const fates = answers.map(({ status, body }) => (status === 200 ? 'ACCEPTED' : String(body['code'])))
      expect(new Set(fates)).toEqual(new Set(['ACCEPTED', 'offer-expired']))
      const ended = await until(
        () => inTurn(entries, ({ person, entry }) => go.entry(person, entry.id)),
        (all) => all.every(({ status }) => status !== 'OFFERED'),
      )
      expect(ended.map(({ status }) => status)).toEqual(
        fates.map((fate) => (fate === 'ACCEPTED' ? fate : 'EXPIRED')),
      )
      const rows = await bookingsOf(ids)
      for (const { booking_id, late } of rows) expect(late).toBe(booking_id === null)
      expect(await overlaps(system)).toBe(0)
    },
  )

  it('is judged by the clock after the wait for its resource, not by that before it (WTL-3)', async () => {
    const { equipment, entries } = await offeredTo(1)
    const [{ person, entry } = { person: staff, entry: { id: '' } }] = entries
    const blocker = new Client({ connectionString: system.database.adminUrl })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `booking:resource:${org}:${equipment.id}`,
    ])
    await lapse([entry.id], `clock_timestamp() + interval '1 second'`)
    const accepting = go.act(person, entry.id, 'accept')
    await until(
      () =>
        system.database.admin<{ waits: boolean }>(
          `select count(*) > 0 as waits from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`,
        ),
      ([row]) => row?.waits === true,
    )
    await until(
      () =>
        system.database.admin<{ over: boolean }>(
          'select offer_expires_at <= clock_timestamp() as over from waitlist_entry where id = $1',
          [entry.id],
        ),
      ([row]) => row?.over === true,
    )
    await blocker.query('rollback')
    await blocker.end()
    expect(await accepting).toMatchObject({ status: 409, body: { code: 'offer-expired' } })
  })

  it.each(upTo(scaled(1, 100)))('that is accepted twice becomes one booking (WTL-7): %i', async () => {
    const { entries } = await offeredTo(10)
    const answers = await inTurn(entries, ({ person, entry }) =>
      Promise.all([go.act(person, entry.id, 'accept'), there.act(person, entry.id, 'accept')]),
    )
    for (const [one, two] of answers) {
      expect([one.status, two.status].toSorted()).toEqual([200, 409])
      const refused = one.status === 409 ? one : two
      expect(refused.body).toMatchObject({ code: 'invalid-transition', present_status: 'ACCEPTED' })
    }
    const [counted] = await system.database.admin<{ count: number }>(
      'select count(*)::int as count from booking where requester_user_id = any($1)',
      [entries.map(({ person }) => person.userId)],
    )
    expect(counted?.count).toBe(10)
  })
})

describe('who joins while it comes free', () => {
  it('is told that it is free, or is offered it: nobody waits beside a free unit', async () => {
    await inTurn(Array.from({ length: 12 }), async () => {
      const equipment = lamp()
      const [keeper, person] = [student(), student()]
      const booking = await go.book(keeper, go.wish(equipment, 1))
      const [, joined] = await Promise.all([
        go.step(keeper, booking.id, 'cancel'),
        there.tryToJoin(person, go.wish(equipment, 1)),
      ])
      if (joined.status === 409) expect(joined.body['code']).toBe('resource-available')
      else {
        const entry = joined.body as unknown as Entry
        expect((await go.when(person, entry.id, 'OFFERED')).status).toBe('OFFERED')
      }
    })
  })
})
