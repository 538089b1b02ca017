import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type EntityChanged, type EntityType, OWNERS, subjectOf } from '@kitroom/contracts'
import { deadLetterTable, openDatabase, rolesOf } from '@kitroom/database'
import { inHours, scaled, seededRandom, until } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
})
afterEach(() => system.database.admin('delete from dead_letter'))
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

async function book(equipment: Equipment): Promise<{ id: string; unitId: string }> {
  const items = [{ resource_id: equipment.id, quantity: 1 }]
  const body = { start_at: inHours(1), end_at: inHours(2), items }
  const answer = await system.send(student, 'POST', '/bookings', { body, key: randomUUID() })
  return { id: answer.body.id, unitId: answer.body.items[0]!.resource_unit_id }
}
const show = async (id: string) => {
  const { status, version, items } = (await system.send(student, 'GET', `/bookings/${id}`)).body
  return { status, version, unitId: items[0]?.resource_unit_id }
}

/** That something changed, as its owner would tell it. */
function changed(entityType: EntityType, id: string, after: Record<string, string>): EntityChanged {
  const source = OWNERS[entityType]
  return {
    specversion: '1.0',
    id: randomUUID(),
    source,
    type: subjectOf(source, entityType, 'STATUS_CHANGE'),
    time: new Date().toISOString(),
    orgid: student.orgId,
    requestid: 'test',
    datacontenttype: 'application/json',
    data: {
      actor_user_id: null,
      entity_type: entityType,
      entity_id: id,
      action: 'STATUS_CHANGE',
      before: { id, org_id: student.orgId },
      after: { id, org_id: student.orgId, ...after },
    },
  }
}
const publish = (event: EntityChanged) => system.publish(event.type, JSON.stringify(event))

const letters = () =>
  system.database.admin<{ consumer: string; payload: string; reason: string }>(
    'select consumer, payload, reason from dead_letter where redriven_at is null',
  )

/** Something newer than all that was told before, and waits until it was heard. */
async function settled(): Promise<void> {
  const marker = system.equip(student.orgId, 'Marker', 1)
  const { id } = await book(marker)
  marker.lendable = false
  await publish(changed('Resource', marker.id, { status: 'DISABLED' }))
  await until(
    () => show(id),
    ({ status }) => status === 'REJECTED',
    300_000,
  )
}

describe('what booking hears of its neighbours', () => {
  it('ends as inventory has it, in whatever order its events are heard (EVT-8)', async () => {
    const random = seededRandom()
    console.log(`seed ${random.seed}`)
    const fates = ['back in use', 'one unit gone', 'all gone'] as const
    const cases = await Promise.all(
      Array.from({ length: scaled(9, 60) }, async (_, n) => {
        const lamps = system.equip(student.orgId, `Lamp ${n}`, 2)
        return { lamps, fate: fates[n % fates.length]!, booked: await book(lamps) }
      }),
    )
    const events = cases.flatMap(({ lamps, fate, booked }) => {
      for (const unit of lamps.units) {
        unit.lendable = fate === 'back in use' || (fate === 'one unit gone' && unit.id !== booked.unitId)
      }
      // Away and back, again and again; what came last is in inventory.
      return lamps.units.flatMap(({ id }) =>
        Array.from({ length: scaled(2, 10) }, (_, turn) =>
          changed('ResourceUnit', id, {
            resource_id: lamps.id,
            status: turn % 2 === 0 ? 'MAINTENANCE' : 'AVAILABLE',
          }),
        ),
      )
    })
    const shuffled = events
      .flatMap((event) => (random.below(4) === 0 ? [event, event] : [event]))
      .map((event) => ({ event, place: random.next() }))
      .toSorted((a, b) => a.place - b.place)
    for (const { event } of shuffled) await publish(event)
    await settled()

    for (const { lamps, fate, booked } of cases) {
      const other = lamps.units.find(({ id }) => id !== booked.unitId)?.id
      const expected = {
        'back in use': { status: 'PENDING', version: 1, unitId: booked.unitId },
        'one unit gone': { status: 'PENDING', version: 2, unitId: other },
        'all gone': { status: 'REJECTED', version: 2, unitId: booked.unitId },
      }[fate]
      expect({ fate, ...(await show(booked.id)) }).toEqual({ fate, ...expected })
    }
  }, 400_000)

  it('has no effect when it is forged, and is a dead letter of whoever heard it (TEN-12)', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 1)
    const booked = await book(lamps)
    // Heard, any of it would take the unit away from the booking.
    lamps.lendable = false
    const genuine = {
      'booking-inventory': changed('ResourceUnit', booked.unitId, { resource_id: lamps.id }),
      'booking-auth': changed('User', student.userId, {}),
      'booking-offers': changed('WaitlistEntry', randomUUID(), { status: 'OFFERED' }),
    }
    const receipts = async () => system.database.admin('select consumer, event_id from inbox')
    const before = await receipts()
    const sent = []
    for (const [consumer, event] of Object.entries(genuine)) {
      const { orgid: _, ...homeless } = event
      const elsewhere = { ...event.data.after, org_id: randomUUID() }
      const forged = [
        homeless,
        { ...event, orgid: '' },
        { ...event, source: 'audit' },
        { ...event, source: 'intruder' },
        { ...event, data: { ...event.data, entity_type: 'Fine' } },
        { ...event, data: { ...event.data, entity_type: 'Session' } },
        { ...event, type: subjectOf('audit', event.data.entity_type, 'STATUS_CHANGE') },
        { ...event, data: { ...event.data, before: null } },
        // The account of a user may be another organisation's.
        ...(event.data.entity_type === 'User'
          ? []
          : [
              { ...event, orgid: randomUUID() },
              { ...event, data: { ...event.data, after: elsewhere } },
            ]),
      ]
      for (const one of forged) {
        await system.publish(event.type, JSON.stringify(one))
        sent.push(`${consumer} ${JSON.stringify(one)}`)
      }
    }
    const kept = await until(letters, (found) => found.length >= sent.length)
    expect(kept.map(({ consumer, payload }) => `${consumer} ${payload}`).toSorted()).toEqual(sent.toSorted())
    expect(await receipts()).toEqual(before)
    expect(await show(booked.id)).toEqual({ status: 'PENDING', version: 1, unitId: booked.unitId })
  })

  it('is ignored when it is of a kind that is newer than we are, and read although there are new fields (EVT-15)', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 1)
    const booked = await book(lamps)
    const event = changed('ResourceUnit', booked.unitId, { resource_id: lamps.id })
    for (const [entity_type, action] of [
      ['Location', 'UPDATE'],
      ['ResourceUnit', 'ARCHIVE'],
    ] as const) {
      const type = `kitroom.inventory.${entity_type.toLowerCase()}.${action.toLowerCase()}`
      const data = { ...event.data, entity_type, action }
      await system.publish(type, JSON.stringify({ ...event, id: randomUUID(), type, data }))
    }
    lamps.lendable = false
    const after = { ...event.data.after, shelf: { row: 3 } }
    const newer = { ...event, dataschema: 'v9', data: { ...event.data, after, reason: 'a new field' } }
    await system.publish(event.type, JSON.stringify(newer))
    await until(
      () => show(booked.id),
      ({ status }) => status === 'REJECTED',
    )
    expect(await letters()).toEqual([])
  })

  it('is offered again by the redrive command, what was put aside (EVT-9)', async () => {
    const lamps = system.equip(student.orgId, 'Lamp', 1)
    const booked = await book(lamps)
    lamps.lendable = false
    const { url } = system.database
    const database = openDatabase({ url, service: 'booking', entities: [], poolSize: 1 })
    const event = changed('ResourceUnit', booked.unitId, { resource_id: lamps.id })
    for (const [consumer, payload] of [
      ['booking-inventory', JSON.stringify(event)],
      ['booking-auth', '{}'],
      ['booking-offers', 'no JSON'],
    ] as const) {
      const table = deadLetterTable({ database, jobRole: rolesOf(url).job, consumer })
      await table.keep({ subject: event.type, payload }, 'It could not be handled.')
    }
    await database.close()

    const redrive = async () => {
      const args = ['--conditions=@kitroom/source', `${import.meta.dirname}/../src/redrive.ts`]
      const { stdout } = await promisify(execFile)(process.execPath, args, { env: { DATABASE_URL: url } })
      return JSON.parse(stdout) as object
    }
    expect(await redrive()).toMatchObject({ redriven: 1, refused: 2 })
    expect(await show(booked.id)).toMatchObject({ status: 'REJECTED' })
    expect(await redrive()).toMatchObject({ redriven: 0, refused: 2 })
    expect(await letters()).toHaveLength(2)
  })
})
