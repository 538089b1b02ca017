import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { arbiterIsDone, at, type Entry, overlaps, waitingPeople } from './waiting-people.ts'

jest.setTimeout(60_000)

let system: BookingSystem
let go: ReturnType<typeof waitingPeople>
let org: string
let keeper: Person
let waiter: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  const people = waitingPeople(system)
  go = {
    ...people,
    // Every entry is looked at once when it was made: here, before anything comes free.
    async join(person, wish) {
      const entry = await people.join(person, wish)
      await arbiterIsDone(system)
      return entry
    },
  }
  org = randomUUID()
  keeper = system.person('student', org)
  waiter = system.person('student', org)
  staff = system.person('staff', org)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const lamp = (units = 1): Equipment => system.equip(org, `Lamp ${randomUUID()}`, units)
const change = (id: string, body: object) =>
  system.send(staff, 'PATCH', `/bookings/${id}`, { body, ifMatch: '*' })
const lapse = (id: string) =>
  system.database.admin(
    `with entry as (update waitlist_entry set offer_expires_at = clock_timestamp() where id = $1 returning id)
     update occupancy set held_until = clock_timestamp() where entry_id = $1`,
    [id],
  )
/** What its events, of which the audit makes a row each, say has become of an entry: each status it came to, and why. */
const toldOf = async (id: string) => {
  const rows = await system.database.admin<{ told: string }>(
    `select concat_ws(' ', data -> 'after' ->> 'status', data -> 'after' ->> 'reason') as told
     from (select seq, payload::jsonb -> 'data' as data from outbox) as event
     where data ->> 'entity_id' = $1 and data #> '{before,status}' is distinct from data #> '{after,status}'
     order by seq`,
    [id],
  )
  return rows.map(({ told }) => told)
}
const tell = (equipment: Equipment, action: 'CREATE' | 'RESTORE' | 'STATUS_CHANGE', unitId?: string) => {
  const told =
    unitId === undefined
      ? ({ entity_type: 'Resource', entity_id: equipment.id, action, after: {} } as const)
      : ({
          entity_type: 'ResourceUnit',
          entity_id: unitId,
          action,
          after: { resource_id: equipment.id },
        } as const)
  return system.tell(told, org)
}

/** Somebody has the lamp; what is done to their booking, and how it then comes free. */
const byBooking: Record<string, (id: string, equipment: Equipment) => Promise<unknown>> = {
  'is cancelled': (id) => go.step(keeper, id, 'cancel'),
  'is rejected': (id) => go.step(staff, id, 'reject'),
  'is moved to another time': (id) => change(id, { start_at: at(30), end_at: at(31) }),
  'is for something else': (id) =>
    change(id, { items: [{ resource_id: system.equip(org, 'Stand', 1).id, quantity: 1 }] }),
  'is shortened': (id) => change(id, { start_at: at(0), end_at: at(1) }),
}

describe('a unit is offered to who waits for it', () => {
  it.each(Object.keys(byBooking))('when its booking %s', async (how) => {
    const equipment = lamp()
    const booking = await go.book(keeper, { ...go.wish(equipment, 0), end_at: at(2) })
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    await byBooking[how]?.(booking.id, equipment)
    expect(await go.when(waiter, id, 'OFFERED')).toMatchObject({
      status: 'OFFERED',
      offer: { start_at: at(1), items: [{ resource_unit_id: equipment.units[0]?.id }] },
    })
  })

  it.each([
    ['is back early', 300],
    ['that was overdue is back', -1],
  ])('when a loan %s', async (_, endsIn) => {
    const equipment = lamp()
    const hour = 3_600_000
    const from = (hours: number) => new Date(Date.now() + hours * hour).toISOString()
    const loan = await go.book(staff, {
      start_at: from(-5),
      end_at: from(endsIn),
      items: [{ resource_id: equipment.id, quantity: 1 }],
      on_behalf_of: keeper.userId,
    })
    await go.step(staff, loan.id, 'approve')
    await go.step(staff, loan.id, 'checkout', { picked_up_at: from(-4) })
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    expect((await go.step(staff, loan.id, 'return')).status).toBe(200)
    expect((await go.when(waiter, id, 'OFFERED')).status).toBe('OFFERED')
  })

  it('when the offer to somebody before them lapses, in their place', async () => {
    const equipment = lamp()
    const booking = await go.book(keeper, go.wish(equipment, 1))
    const first = await go.join(waiter, go.wish(equipment, 1))
    const next = await go.join(keeper, go.wish(equipment, 1))
    await go.step(keeper, booking.id, 'cancel')
    await go.when(waiter, first.id, 'OFFERED')
    await lapse(first.id)
    expect((await go.when(keeper, next.id, 'OFFERED')).status).toBe('OFFERED')
    expect((await go.entry(waiter, first.id)).status).toBe('EXPIRED')
  })

  it('when a unit is added', async () => {
    const equipment = lamp()
    await go.book(keeper, go.wish(equipment, 1))
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    const unit = { id: randomUUID() as string, lendable: true }
    equipment.units.push(unit)
    await tell(equipment, 'CREATE', unit.id)
    expect((await go.when(waiter, id, 'OFFERED')).offer?.items).toMatchObject([{ resource_unit_id: unit.id }])
  })

  it.each([
    ['repaired', 'STATUS_CHANGE'],
    ['restored', 'RESTORE'],
  ] as const)('when a unit is %s', async (_, action) => {
    const equipment = lamp()
    const [unit] = equipment.units
    if (unit === undefined) throw new Error('no unit')
    unit.lendable = false
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    unit.lendable = true
    await tell(equipment, action, unit.id)
    expect((await go.when(waiter, id, 'OFFERED')).status).toBe('OFFERED')
  })

  it('when their very unit is left by a booking that is moved to another', async () => {
    const equipment = lamp(2)
    const [unit] = equipment.units
    // Once it asks for any unit it may be on the other one, to which the wish for this very unit drives it.
    const pinned = await go.book(keeper, go.wish(equipment, 1, { items: [{ resource_unit_id: unit?.id }] }))
    const { id } = await go.join(waiter, go.wish(equipment, 1, { items: [{ resource_unit_id: unit?.id }] }))
    expect((await go.entry(waiter, id)).status).toBe('WAITING')
    await change(pinned.id, { items: [{ resource_id: equipment.id, quantity: 1 }] })
    expect((await go.when(waiter, id, 'OFFERED')).offer?.items).toMatchObject([
      { resource_unit_id: unit?.id },
    ])
  })

  it('when the whole resource is restored', async () => {
    const equipment = lamp()
    equipment.lendable = false
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    equipment.lendable = true
    await tell(equipment, 'RESTORE')
    expect((await go.when(waiter, id, 'OFFERED')).status).toBe('OFFERED')
  })

  it('only when all that they wait for is free, of several resources', async () => {
    const [one, two] = [lamp(), lamp()]
    const [first, second] = [await go.book(keeper, go.wish(one, 1)), await go.book(keeper, go.wish(two, 1))]
    const both = await go.join(
      waiter,
      go.wish(one, 1, { items: [one, two].map(({ id }) => ({ resource_id: id, quantity: 1 })) }),
    )
    const lesser = await go.join(keeper, go.wish(one, 1))
    await go.step(keeper, first.id, 'cancel')
    expect((await go.when(keeper, lesser.id, 'OFFERED')).status).toBe('OFFERED')
    expect((await go.entry(waiter, both.id)).status).toBe('WAITING')
    await go.step(keeper, second.id, 'cancel')
    expect((await go.act(keeper, lesser.id, 'decline')).status).toBe(200)
    expect((await go.when(waiter, both.id, 'OFFERED')).offer?.items).toHaveLength(2)
  })

  it('not when it is free at another time than theirs', async () => {
    const equipment = lamp()
    const other = await go.book(keeper, go.wish(equipment, 5))
    await go.book(keeper, go.wish(equipment, 1))
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    await go.step(keeper, other.id, 'cancel')
    await arbiterIsDone(system)
    expect((await go.entry(waiter, id)).status).toBe('WAITING')
  })
})

describe('what is offered', () => {
  async function offered(): Promise<{ equipment: Equipment; entry: Entry; next: Entry }> {
    const equipment = lamp()
    const booking = await go.book(keeper, go.wish(equipment, 1))
    const entry = await go.join(waiter, go.wish(equipment, 1))
    const next = await go.join(staff, { ...go.wish(equipment, 1), on_behalf_of: keeper.userId })
    await go.step(keeper, booking.id, 'cancel')
    return { equipment, entry: await go.when(waiter, entry.id, 'OFFERED'), next }
  }

  it('is taken back when it cannot be lent any more, and who was offered it waits again (WTL-8)', async () => {
    const { equipment, entry } = await offered()
    const [unit] = equipment.units
    if (unit === undefined) throw new Error('no unit')
    unit.lendable = false
    await tell(equipment, 'STATUS_CHANGE', unit.id)
    expect(await go.when(waiter, entry.id, 'WAITING')).toMatchObject({
      status: 'WAITING',
      rank: expect.any(Number),
      offer: null,
      offer_expires_at: null,
    })
    unit.lendable = true
    await tell(equipment, 'STATUS_CHANGE', unit.id)
    expect((await go.when(waiter, entry.id, 'OFFERED')).status).toBe('OFFERED')
    expect(await toldOf(entry.id)).toEqual(['WAITING', 'OFFERED', 'WAITING', 'OFFERED'])
  })

  it.each([
    [
      'loses their last role',
      (person: Person) => ({
        entity_type: 'UserRole' as const,
        entity_id: randomUUID(),
        action: 'SOFT_DELETE' as const,
        before: { user_id: person.userId },
        after: null,
      }),
    ],
    [
      'is deactivated',
      (person: Person) => ({
        entity_type: 'User' as const,
        entity_id: person.userId,
        action: 'UPDATE' as const,
        before: { is_active: true },
        after: { is_active: false },
      }),
    ],
  ])('passes on when its requester %s (WTL-8)', async (_, event) => {
    const equipment = lamp()
    const leaver = system.person('student', org)
    const booking = await go.book(keeper, go.wish(equipment, 1))
    const entry = await go.join(leaver, go.wish(equipment, 1))
    const next = await go.join(waiter, go.wish(equipment, 1))
    const waits = await go.join(leaver, go.wish(system.equip(org, 'None', 0), 1))
    await go.step(keeper, booking.id, 'cancel')
    await go.when(leaver, entry.id, 'OFFERED')
    system.dismiss(leaver)
    await system.tellOfMember(event(leaver), org)
    expect((await go.when(waiter, next.id, 'OFFERED')).status).toBe('OFFERED')
    for (const id of [entry.id, waits.id]) {
      expect(await go.entry(staff, id)).toMatchObject({ status: 'CANCELLED', reason: 'membership-ended' })
    }
    expect(await toldOf(entry.id)).toEqual(['WAITING', 'OFFERED', 'CANCELLED membership-ended'])
    expect(await toldOf(waits.id)).toEqual(['WAITING', 'CANCELLED membership-ended'])
    expect(await toldOf(next.id)).toEqual(['WAITING', 'OFFERED'])
  })

  it('goes to the next when the time of who waits has begun (WTL-8)', async () => {
    const equipment = lamp()
    await go.book(keeper, go.wish(equipment, 1))
    const { id } = await go.join(waiter, go.wish(equipment, 1))
    await system.database.admin(
      `update waitlist_entry set start_at = clock_timestamp(), end_at = clock_timestamp() + interval '1 hour' where id = $1`,
      [id],
    )
    expect(await go.when(waiter, id, 'EXPIRED')).toMatchObject({ status: 'EXPIRED', booking_id: null })
    expect((await go.act(waiter, id, 'cancel')).body['code']).toBe('invalid-transition')
    expect(await toldOf(id)).toEqual(['WAITING', 'EXPIRED'])
  })

  it('is nobody’s twice, whatever came before', async () => {
    expect(await overlaps(system)).toBe(0)
  })
})

describe('one person (WTL-10)', () => {
  it('waits for so many things at a time as the policy says, also by many hands at once', async () => {
    const place = randomUUID()
    system.rule(place, { waitlist: { live_entries: 2 } })
    const person = system.person('student', place)
    const none = Array.from({ length: 6 }, () => system.equip(place, 'None', 0))
    const answers = await Promise.all(none.map((equipment) => go.tryToJoin(person, go.wish(equipment, 1))))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    for (const { body } of answers.filter(({ status }) => status !== 201)) {
      expect(body).toMatchObject({
        code: 'policy-violated',
        rule: 'waitlist.live_entries',
        limit: 2,
        actual: 3,
      })
    }
  })

  it('who lets offers go may not join again for a while', async () => {
    const place = randomUUID()
    system.rule(place, { waitlist: { lapses: 2, lapse_window_days: 5 } })
    const [has, wants] = [system.person('student', place), system.person('student', place)]
    for (const end of ['decline', 'lapse']) {
      const equipment = system.equip(place, 'Lamp', 1)
      const booking = await go.book(has, go.wish(equipment, 1))
      const { id } = await go.join(wants, go.wish(equipment, 1))
      await go.step(has, booking.id, 'cancel')
      await go.when(wants, id, 'OFFERED')
      if (end === 'decline') await go.act(wants, id, 'decline')
      else {
        await lapse(id)
        await go.when(wants, id, 'EXPIRED')
      }
    }
    const refused = await go.tryToJoin(wants, go.wish(system.equip(place, 'None', 0), 1))
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'policy-violated',
        rule: 'waitlist.lapses',
        limit: 2,
        actual: 2,
        until: expect.any(String),
      },
    })
    await system.database.admin(
      `update waitlist_entry set ended_at = ended_at - interval '5 days' where requester_user_id = $1`,
      [wants.userId],
    )
    expect((await go.tryToJoin(wants, go.wish(system.equip(place, 'None', 0), 1))).status).toBe(201)
  })
})
