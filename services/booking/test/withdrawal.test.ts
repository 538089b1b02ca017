import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours, until } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const book = async (body: object) =>
  (
    await system.send(student, 'POST', '/bookings', {
      body: { start_at: inHours(1), end_at: inHours(2), ...body },
      key: randomUUID(),
    })
  ).body
const show = async (id: string) => (await system.send(student, 'GET', `/bookings/${id}`)).body
const step = (id: string, verb: string) => system.send(staff, 'POST', `/bookings/${id}/${verb}`)

/** Sends a unit to maintenance, in the faked inventory and by the event it would send. */
async function withdraw(equipment: Equipment, unitId: string): Promise<void> {
  for (const unit of equipment.units) if (unit.id === unitId) unit.lendable = false
  const after = { resource_id: equipment.id, status: 'MAINTENANCE' }
  const told = { entity_type: 'ResourceUnit', entity_id: unitId, action: 'STATUS_CHANGE', after } as const
  await system.tell(told, student.orgId)
}

describe('when inventory withdraws a unit', () => {
  it('nobody gets it by an answer from before, that comes when the withdrawal is settled (CON-15)', async () => {
    // The answer has a second to come: on a busy machine that may not do.
    for (let tries = 0; ; tries++) {
      const lamps = system.equip(student.orgId, `Lamp ${tries}`, 1)
      const settled = Promise.withResolvers<undefined>()
      system.holdAnswer(settled.promise)
      const body = {
        start_at: inHours(1),
        end_at: inHours(2),
        items: [{ resource_id: lamps.id, quantity: 1 }],
      }
      const booking = system.send(student, 'POST', '/bookings', { body, key: randomUUID() })
      await until(
        () => Promise.resolve(system.asked),
        (asked) => asked.some(({ request }) => JSON.stringify(request).includes(lamps.id)),
      )
      await withdraw(lamps, lamps.units[0]?.id ?? '')
      await until(
        () => system.database.admin('select from settled_supply where resource_id = $1', [lamps.id]),
        (rows) => rows.length > 0,
      )
      settled.resolve(undefined)
      const { status } = await booking
      if (status === 503 && tries < 10) continue
      expect(status).toBe(409)
      return
    }
  })

  it('a booking that waits for it is moved to a like unit', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 2)
    const {
      id,
      items: [item],
    } = await book({ items: [{ resource_id: lamps.id, quantity: 1 }] })
    await withdraw(lamps, item?.resource_unit_id ?? '')
    const moved = await until(
      () => show(id),
      ({ version }) => version === 2,
    )
    expect(moved).toMatchObject({ status: 'PENDING', version: 2 })
    expect(lamps.units.find((unit) => unit.lendable)?.id).toBe(moved.items[0]?.resource_unit_id)
  })

  it('a PENDING booking that fits nowhere else is rejected by the system, and frees its other units', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 1)
    const stand = system.equip(student.orgId, 'Stand', 1)
    const items = [
      { resource_id: lamps.id, quantity: 1 },
      { resource_id: stand.id, quantity: 1 },
    ]
    const { id } = await book({ items })
    await withdraw(lamps, lamps.units[0]?.id ?? '')
    const rejected = await until(
      () => show(id),
      ({ status }) => String(status) === 'REJECTED',
    )
    expect(rejected).toMatchObject({
      status: 'REJECTED',
      history: [
        { status: 'PENDING' },
        { status: 'REJECTED', actor_user_id: null, reason: 'resource-withdrawn' },
      ],
    })
    expect(await book({ items: [{ resource_id: stand.id, quantity: 1 }] })).toMatchObject({
      status: 'PENDING',
    })
  })

  it('a booking of several resources keeps the others and is moved within the one', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 2)
    const stand = system.equip(student.orgId, 'Stand', 1)
    const { id, items } = await book({
      items: [
        { resource_id: lamps.id, quantity: 1 },
        { resource_id: stand.id, quantity: 1 },
      ],
    })
    await withdraw(lamps, items[0]?.resource_unit_id ?? '')
    const moved = await until(
      () => show(id),
      ({ version }) => version === 2,
    )
    expect(moved).toMatchObject({ status: 'PENDING', version: 2 })
    expect(moved.items[0]?.resource_unit_id).toBe(lamps.units.find((unit) => unit.lendable)?.id)
    expect(moved.items[1]).toEqual(items[1])
  })

  it('a PENDING booking is rejected when the very last unit of its kind goes', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 2)
    const { id, items } = await book({ items: [{ resource_id: lamps.id, quantity: 1 }] })
    await withdraw(lamps, items[0]?.resource_unit_id ?? '')
    const moved = await until(
      () => show(id),
      ({ version }) => version === 2,
    )
    await withdraw(lamps, moved.items[0]?.resource_unit_id ?? '')
    const last = await until(
      () => show(id),
      ({ version }) => version === 3,
    )
    expect(last).toMatchObject({ status: 'REJECTED', version: 3 })
  })

  it('an APPROVED booking that fits nowhere else stays for staff to decide', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 1)
    const other = system.equip(student.orgId, 'Lamp', 2)
    const { id } = await book({ items: [{ resource_id: lamps.id, quantity: 1 }] })
    await step(id, 'approve')
    const marker = await book({ items: [{ resource_id: other.id, quantity: 1 }] })
    await withdraw(lamps, lamps.units[0]?.id ?? '')
    await withdraw(other, marker.items[0]?.resource_unit_id ?? '')
    await until(
      () => show(marker.id),
      ({ version }) => version === 2,
    )
    expect(await show(id)).toMatchObject({
      status: 'APPROVED',
      items: [{ resource_unit_id: lamps.units[0]?.id }],
    })
  })
})

describe('a booking whose resource was deleted', () => {
  const change = (as: Person, id: string, body: object) =>
    system.send(as, 'PATCH', `/bookings/${id}`, { body, ifMatch: '*' })

  it('can be changed while it is a draft, and asks for something else then', async () => {
    const [gone, lamps] = [system.equip(student.orgId, 'Gone', 1), system.equip(student.orgId, 'Lamp', 1)]
    const { id } = await book({ status: 'DRAFT', items: [{ resource_id: gone.id }] })
    gone.deleted = true
    expect(await change(student, id, { end_at: inHours(3) })).toMatchObject({
      status: 200,
      body: { end_at: inHours(3), items: [{ resource_id: gone.id }] },
    })
    expect(await change(student, id, { items: [{ resource_id: lamps.id }] })).toMatchObject({ status: 200 })
    expect(await system.send(student, 'POST', `/bookings/${id}/submit`)).toMatchObject({
      status: 200,
      body: { status: 'PENDING', items: [{ resource_id: lamps.id }] },
    })
  })

  it('keeps what is out, and can end at another time', async () => {
    const gone = system.equip(student.orgId, 'Gone', 1)
    const { id } = await book({ start_at: inHours(0), items: [{ resource_id: gone.id }] })
    await step(id, 'approve')
    expect((await step(id, 'checkout')).status).toBe(200)
    gone.deleted = true
    expect(await change(staff, id, { end_at: inHours(4) })).toMatchObject({
      status: 200,
      body: { status: 'CHECKED_OUT', end_at: inHours(4) },
    })
  })
})
