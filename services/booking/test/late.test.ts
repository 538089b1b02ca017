import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { until } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.now()
const time = (ms: number) => new Date(NOW + ms).toISOString()

interface Shown {
  id: string
  status: string
  version: number
  at_risk: { since: string; reason: string } | null
  items: { id: string; resource_unit_id: string }[]
}

let system: BookingSystem
/** A second process over the same tables: everything here has to be true with two of them. */
let twin: BookingSystem
let student: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem({ lookoutSeconds: 0.2 })
  twin = await bookingSystem({ url: system.database.url, lookoutSeconds: 0.2 })
  student = system.person('student')
  staff = system.person('staff')
})
afterAll(async () => {
  await twin[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

/** Equipment that both processes are told of by the inventory. */
function equip(units: number, orgId = staff.orgId): Equipment {
  const made = system.equip(orgId, `Lamp ${randomUUID()}`, units)
  twin.share(made)
  return made
}
const unitsOf = ({ units }: Equipment) => units.map(({ id }) => id)
const pin = (unitId: string | undefined) => ({ resource_unit_id: unitId })
const any = ({ id }: Equipment, quantity = 1) => ({ resource_id: id, quantity })

const book = async (items: object[], start: number, end: number, desk = staff): Promise<Shown> => {
  const body = { start_at: time(start), end_at: time(end), items }
  const made = await system.send(desk, 'POST', '/bookings', { key: randomUUID(), body })
  expect(made.status).toBe(201)
  return made.body as unknown as Shown
}
const step = async (id: string, verb: string, body: object = {}, desk = staff) => {
  const answer = await system.send(desk, 'POST', `/bookings/${id}/${verb}`, { body })
  expect([verb, answer.status]).toEqual([verb, 200])
  return answer.body as unknown as Shown
}
const show = async (id: string, desk = staff) =>
  (await system.send(desk, 'GET', `/bookings/${id}`)).body as unknown as Shown

/** A loan of these units whose time was an hour ago; call `handOut` when everything else is booked: then it is overdue. */
async function lateLoan(items: object[], desk = staff) {
  const { id } = await book(items, -3 * HOUR, -HOUR, desk)
  await step(id, 'approve', {}, desk)
  return {
    id,
    handOut: () => step(id, 'checkout', { picked_up_at: time(-3 * HOUR) }, desk),
    back: () => step(id, 'return', {}, desk),
  }
}
/** A booking by resource that stands on this very unit, since the others were taken when it was made. */
async function waitingOn(lamps: Equipment, unitId: string | undefined, start: number, end: number) {
  const others = unitsOf(lamps).filter((id) => id !== unitId)
  const blockers = await Promise.all(others.map((id) => book([pin(id)], start, end)))
  const made = await book([any(lamps)], start, end)
  for (const { id } of blockers) await step(id, 'cancel')
  expect(made.items[0]?.resource_unit_id).toBe(unitId)
  return made
}

/** A booking by resource that stands on this very unit, whatever stands elsewhere. */
async function standing(unitId: string | undefined, start: number, end: number): Promise<Shown> {
  const made = await book([pin(unitId)], start, end)
  await system.database.admin('update booking_item set pinned = false where booking_id = $1', [made.id])
  await system.database.admin('update occupancy set pinned = false where booking_id = $1', [made.id])
  return made
}

const becomes = (id: string, isWanted: (booking: Shown) => boolean) => until(() => show(id), isWanted)
const flagged = ({ at_risk }: Shown) => at_risk !== null

/** What the audit is told of a booking, oldest first. */
const told = async (id: string) => {
  const rows = await system.database.admin<{ payload: string }>('select payload from outbox order by seq')
  return rows
    .map(({ payload }) => (JSON.parse(payload) as EntityChanged).data)
    .filter(({ entity_id }) => entity_id === id)
}

describe('when a loan is not back at its end', () => {
  it('the next booking of its unit is moved to a like one that is free, by the system itself and once', async () => {
    const lamps = equip(2)
    const [first, second] = unitsOf(lamps)
    const loan = await lateLoan([pin(first)])
    const next = await waitingOn(lamps, first, 90 * DAY, 91 * DAY)
    await loan.handOut()
    const moved = await becomes(next.id, ({ version }) => version > next.version)
    expect(moved.items[0]?.resource_unit_id).toBe(second)
    expect(moved).toMatchObject({ status: 'PENDING', at_risk: null, version: next.version + 1 })
    const events = await told(next.id)
    expect(events.map(({ action, actor_user_id }) => [action, actor_user_id])).toEqual([
      ['CREATE', staff.userId],
      ['UPDATE', null],
    ])
    expect((await show(loan.id)).items[0]?.resource_unit_id).toBe(first)
  })

  it('the next booking is at risk when no like unit is free, until the unit is back', async () => {
    const lamps = equip(1)
    const loan = await lateLoan([any(lamps)])
    const next = await book([any(lamps)], HOUR, 2 * HOUR)
    await loan.handOut()
    const risky = await becomes(next.id, flagged)
    expect(risky.at_risk).toEqual({ since: expect.any(String), reason: 'unit-overdue' })
    expect(risky.items).toEqual(next.items)
    const kept = await system.database.admin(
      'select unit_id, lower(during) as start, upper(during) as end from occupancy where booking_id = $1',
      [next.id],
    )
    expect(kept).toEqual([
      { unit_id: unitsOf(lamps)[0], start: new Date(NOW + HOUR), end: new Date(NOW + 2 * HOUR) },
    ])
    expect(Date.parse(risky.at_risk?.since ?? '')).toBeGreaterThan(NOW)
    await loan.back()
    const safe = await becomes(next.id, ({ at_risk }) => at_risk === null)
    expect(safe).toMatchObject({ at_risk: null, status: 'PENDING' })
    const events = (await told(next.id)).map(({ after }) => (after as unknown as Shown).at_risk?.reason)
    expect(events).toEqual([undefined, 'unit-overdue', undefined])
  })

  it('a booking that asked for this very unit is at risk, though like ones are free', async () => {
    const lamps = equip(3)
    const [first] = unitsOf(lamps)
    const loan = await lateLoan([pin(first)])
    const next = await book([pin(first)], HOUR, 2 * HOUR)
    await loan.handOut()
    expect((await becomes(next.id, flagged)).at_risk?.reason).toBe('unit-overdue')
    expect((await show(next.id)).items).toEqual(next.items)
  })

  it('who comes after the next is looked after when the start is near, and not before', async () => {
    const lamps = equip(1)
    const loan = await lateLoan([any(lamps)])
    const next = await book([any(lamps)], HOUR, 2 * HOUR)
    const near = await book([any(lamps)], 5 * HOUR, 6 * HOUR)
    const far = await book([any(lamps)], 30 * HOUR, 31 * HOUR)
    await loan.handOut()
    await becomes(next.id, flagged)
    expect((await becomes(near.id, flagged)).at_risk?.reason).toBe('unit-overdue')
    expect(await show(far.id)).toMatchObject({ at_risk: null, version: far.version })
  })

  it('only what is in danger moves: the other units of the booking stay', async () => {
    const lamps = equip(2)
    const stands = equip(3)
    const [first, second] = unitsOf(lamps)
    const loan = await lateLoan([pin(first)])
    const blocker = await book([pin(second)], HOUR, 2 * HOUR)
    const next = await book([any(lamps), any(stands, 2)], HOUR, 2 * HOUR)
    await step(blocker.id, 'cancel')
    await loan.handOut()
    const moved = await becomes(next.id, ({ version }) => version > next.version)
    expect(moved.items.map(({ resource_unit_id }) => resource_unit_id)).toEqual([
      second,
      ...next.items.slice(1).map(({ resource_unit_id }) => resource_unit_id),
    ])
  })

  it('others move too when that makes room', async () => {
    const lamps = equip(3)
    const [first, second, third] = unitsOf(lamps)
    const loan = await lateLoan([pin(first)])
    const next = await standing(first, 1 * HOUR, 3 * HOUR)
    // Neither of the others is free for two hours, but both together are once one of these has moved.
    const one = await standing(second, 1 * HOUR, 2 * HOUR)
    const other = await standing(third, 2 * HOUR, 3 * HOUR)
    await loan.handOut()
    const moved = await becomes(next.id, ({ version }) => version > next.version)
    const places = await Promise.all(
      [moved.id, one.id, other.id].map(async (id) => (await show(id)).items[0]),
    )
    const [place, ...others] = places.map((item) => item?.resource_unit_id)
    expect([second, third]).toContain(place)
    expect(others).toEqual([place === second ? third : second, place === second ? third : second])
  })

  it('a booking at risk is moved as soon as a like unit is free', async () => {
    const lamps = equip(2)
    const [first, second] = unitsOf(lamps)
    const loan = await lateLoan([pin(first)])
    const blocker = await book([pin(second)], HOUR, 2 * HOUR)
    const next = await book([any(lamps)], HOUR, 2 * HOUR)
    await loan.handOut()
    await becomes(next.id, flagged)
    await step(blocker.id, 'cancel')
    const moved = await becomes(next.id, ({ at_risk }) => at_risk === null)
    expect(moved).toMatchObject({ at_risk: null, items: [{ resource_unit_id: second }] })
  })

  it.each([
    ['called off', 'cancel', 'CANCELLED'],
    ['rejected', 'reject', 'REJECTED'],
  ])('a booking that is %s is at risk no longer', async (_, verb, status) => {
    const lamps = equip(1)
    const loan = await lateLoan([any(lamps)])
    const next = await book([any(lamps)], HOUR, 2 * HOUR)
    await loan.handOut()
    await becomes(next.id, flagged)
    expect(await step(next.id, verb)).toMatchObject({ status, at_risk: null })
  })

  it('what has come back of it already keeps nobody waiting', async () => {
    const lamps = equip(2)
    const [first, second] = unitsOf(lamps)
    const loan = await lateLoan([pin(first), pin(second)])
    const nexts = await Promise.all([first, second].map((unit) => book([pin(unit)], HOUR, 2 * HOUR)))
    await loan.handOut()
    for (const { id } of nexts) await becomes(id, flagged)
    await system.database.admin(
      'update booking_item set returned_at = now() where resource_unit_id = $1 and booking_id = $2',
      [first, loan.id],
    )
    await system.database.admin('delete from occupancy where unit_id = $1 and booking_id = $2', [
      first,
      loan.id,
    ])
    const safe = await becomes(nexts[0]?.id ?? '', ({ at_risk }) => at_risk === null)
    expect(safe.at_risk).toBeNull()
    expect((await show(nexts[1]?.id ?? '')).at_risk?.reason).toBe('unit-overdue')
  })

  it('nobody is disturbed by a loan that is back, or that has time left', async () => {
    const lamps = equip(2)
    const [first] = unitsOf(lamps)
    const back = await lateLoan([pin(first)])
    await back.handOut()
    await back.back()
    const running = await book([pin(first)], -30 * MINUTE, 30 * MINUTE)
    await step(running.id, 'approve')
    const next = await waitingOn(lamps, first, HOUR, 2 * HOUR)
    await step(running.id, 'checkout')
    const marker = await lateLoan([any(equip(1))])
    await marker.handOut()
    // By the time a booking of another loan is flagged, both processes have looked at everything.
    const lonely = equip(1)
    const last = await lateLoan([any(lonely)])
    const waits = await book([any(lonely)], HOUR, 2 * HOUR)
    await last.handOut()
    await becomes(waits.id, flagged)
    expect(await show(next.id)).toMatchObject({ version: next.version, items: next.items, at_risk: null })
  })

  it('nothing new is promised on its unit, not even after the rest between two bookings', async () => {
    const lamps = equip(1)
    const loan = await lateLoan([any(lamps)])
    await system.database.admin('update booking set buffer_minutes = 120 where id = $1', [loan.id])
    await system.database.admin(
      `update occupancy set during = tstzrange(lower(during), upper(during) + interval '2 hours') where booking_id = $1`,
      [loan.id],
    )
    await loan.handOut()
    const body = { start_at: time(5 * HOUR), end_at: time(6 * HOUR), items: [any(lamps)] }
    const refused = await system.send(student, 'POST', '/bookings', { key: randomUUID(), body })
    expect([refused.status, refused.body['resource_ids']]).toEqual([409, [lamps.id]])
    const free = await system.send(
      student,
      'GET',
      `/resources/${lamps.id}/availability?from=${time(5 * HOUR)}&to=${time(6 * HOUR)}`,
    )
    expect(free.body).toMatchObject({ free: [{ count: 0 }] })
    const search = await system.send(
      student,
      'GET',
      `/availability?from=${time(5 * HOUR)}&to=${time(6 * HOUR)}&q=${encodeURIComponent(lamps.name)}`,
    )
    expect(search.body).toMatchObject({ total: 0 })
  })
})

describe('when inventory withdraws a unit and no other is free', () => {
  /** Takes a unit out of use, and tells of it as inventory would. */
  const withdraw = async (lamps: Equipment, unitId: string | undefined) => {
    const unit = lamps.units.find(({ id }) => id === unitId)
    if (unit === undefined) throw new Error('there is no such unit')
    unit.lendable = false
    const after = { resource_id: lamps.id, status: 'MAINTENANCE' }
    const told = { entity_type: 'ResourceUnit', entity_id: unit.id, action: 'STATUS_CHANGE', after } as const
    await system.tell(told, staff.orgId)
    return unit
  }
  const approved = async (items: object[]) => {
    const { id } = await book(items, 200 * DAY, 201 * DAY)
    return step(id, 'approve')
  }

  it('an approved booking is at risk, until the unit can be lent again', async () => {
    const lamps = equip(1)
    const next = await approved([any(lamps)])
    const unit = await withdraw(lamps, unitsOf(lamps)[0])
    const risky = await becomes(next.id, flagged)
    expect(risky).toMatchObject({ status: 'APPROVED', at_risk: { reason: 'resource-withdrawn' } })
    unit.lendable = true
    expect(await becomes(next.id, ({ at_risk }) => at_risk === null)).toMatchObject({
      status: 'APPROVED',
      at_risk: null,
      items: [{ resource_unit_id: unit.id }],
    })
  })

  it('it stays at risk for as long, and is moved once a like unit is free', async () => {
    const [lamps, others] = [equip(2), equip(1)]
    const [first, second] = unitsOf(lamps)
    const blocker = await approved([pin(second)])
    const next = await approved([any(lamps)])
    const other = await approved([any(others)])
    await withdraw(lamps, first)
    const unit = await withdraw(others, unitsOf(others)[0])
    await becomes(next.id, flagged)
    await becomes(other.id, flagged)
    unit.lendable = true
    // The other one was looked at again by then, and so was this one.
    await becomes(other.id, ({ at_risk }) => at_risk === null)
    expect(await show(next.id)).toMatchObject({
      at_risk: { reason: 'resource-withdrawn' },
      items: next.items,
    })
    await step(blocker.id, 'cancel')
    expect(await becomes(next.id, ({ at_risk }) => at_risk === null)).toMatchObject({
      at_risk: null,
      items: [{ resource_unit_id: second }],
    })
  })
})

describe('what is not back for so long that it is given up', () => {
  const organization = (rules?: { replacement_after_days: number; replacement_cents: number }) => {
    const org = randomUUID()
    for (const process of [system, twin])
      process.rule(org, rules === undefined ? {} : { ladder: { ...rules, debt_limit_cents: null } })
    return { org, desk: system.person('staff', org) }
  }
  const finesOf = async (bookingId: string, desk: Person) =>
    (await system.send(desk, 'GET', `/fines?booking_id=${bookingId}`)).body as unknown as {
      data: { id: string; reason: string; amount_cents: number; currency: string; user_id: string }[]
    }
  const lendLongAgo = async (desk: Person, days: number, items: object[]) => {
    const { id } = await book(items, -(days + 1) * DAY, -days * DAY, desk)
    await step(id, 'approve', {}, desk)
    await step(id, 'checkout', { picked_up_at: time(-(days + 1) * DAY) }, desk)
    return id
  }
  const fined = async (id: string, desk: Person) =>
    (
      await until(
        () => finesOf(id, desk),
        ({ data }) => data.length > 0,
      )
    ).data

  it('is charged to its borrower, once for each unit, whatever number of processes looks', async () => {
    const { org, desk } = organization({ replacement_after_days: 14, replacement_cents: 80_000 })
    const lamps = equip(2, org)
    const id = await lendLongAgo(desk, 14, [any(lamps, 2)])
    const fines = await fined(id, desk)
    expect(fines.map(({ amount_cents, currency, user_id }) => [amount_cents, currency, user_id])).toEqual([
      [80_000, 'EUR', desk.userId],
      [80_000, 'EUR', desk.userId],
    ])
    expect(fines.map(({ reason }) => reason).toSorted()).toEqual(
      unitsOf(lamps)
        .map(
          (unit) =>
            `Replacement of “${lamps.name}” (unit ${unit}): due ${time(-14 * DAY)}, not back 14 days later.`,
        )
        .toSorted(),
    )
    const events = await Promise.all(fines.map((fine) => told(fine.id)))
    expect(events.flat().map(({ action, actor_user_id }) => [action, actor_user_id])).toEqual([
      ['CREATE', null],
      ['CREATE', null],
    ])
    // Another loan is charged in a later turn; the first one was looked at again by then.
    const later = await lendLongAgo(desk, 20, [any(equip(1, org))])
    await fined(later, desk)
    expect((await finesOf(id, desk)).data).toHaveLength(2)
    await expect(
      system.database.admin(
        `insert into replacement_charge select org_id, item_id, fine_id from replacement_charge where org_id = $1`,
        [org],
      ),
    ).rejects.toThrow('replacement_charged_once')
  })

  it('is forgiven when it comes back after all, and the lateness is not', async () => {
    const { org, desk } = organization({ replacement_after_days: 14, replacement_cents: 80_000 })
    const id = await lendLongAgo(desk, 14, [any(equip(1, org))])
    const [charge] = await fined(id, desk)
    await step(id, 'return', {}, desk)
    const strikes = async () => {
      const { body } = await system.send(desk, 'GET', `/borrowers/${desk.userId}/standing`)
      return (body['strikes'] as { count: number }).count
    }
    const waive = async (fineId: string | undefined) => {
      const body = { reason: 'It was behind the sofa.' }
      expect((await system.send(desk, 'POST', `/fines/${fineId}/waive`, { body })).status).toBe(200)
    }
    await waive(charge?.id)
    expect(await strikes()).toBe(1)
    const late = (await finesOf(id, desk)).data.find((fine) => fine.id !== charge?.id)
    expect(late?.reason).toMatch(/^Returned late/)
    await waive(late?.id)
    expect(await strikes()).toBe(0)
  })

  it('costs nothing before its time, or where the policy says so', async () => {
    const { org, desk } = organization({ replacement_after_days: 14, replacement_cents: 80_000 })
    const early = await lendLongAgo(desk, 13, [any(equip(1, org))])
    const generous = organization()
    const free = await lendLongAgo(generous.desk, 300, [any(equip(1, generous.org))])
    await fined(await lendLongAgo(desk, 15, [any(equip(1, org))]), desk)
    expect((await finesOf(early, desk)).data).toEqual([])
    expect((await finesOf(free, generous.desk)).data).toEqual([])
  })
})
