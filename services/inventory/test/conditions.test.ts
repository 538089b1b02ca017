import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EntityChanged, type Resource, type ResourceUnit, subjectOf } from '@kitroom/contracts'
import { type Broker, connectBroker } from '@kitroom/events'
import { startNats } from '@kitroom/local-servers'
import { createLogger } from '@kitroom/service'
import { until } from '@kitroom/testing'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

const OUT = '2026-03-01T09:00:00.000Z'

/** Now, and later than at the last time: what was seen before a unit was made says nothing of it. */
let clock = 0
const now = () => new Date((clock = Math.max(clock, Date.now()) + 1)).toISOString()

interface Item {
  id: string
  resource_unit_id: string
  handed_out_at: string | null
  handed_out_condition: string | null
  returned_at: string | null
  returned_condition: string | null
}

/** An item of booking's snapshot: waiting, unless told otherwise. */
const item = (unitId: string, more: Partial<Item> = {}): Item => ({
  id: randomUUID(),
  resource_unit_id: unitId,
  handed_out_at: null,
  handed_out_condition: null,
  returned_at: null,
  returned_condition: null,
  ...more,
})

const snapshots = (items: readonly Item[]) => items.map((one) => ({ ...one }))

describe('what the desk of booking sees of units', () => {
  const parts = new AsyncDisposableStack()
  let broker: Broker
  let on: InventorySystem
  let staff: Person
  let made = 0

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kitroom-inventory-'))
    parts.defer(() => rm(folder, { recursive: true, force: true }))
    const nats = parts.adopt(await startNats({ dataDir: folder }), (server) => server.stop())
    on = parts.use(await inventorySystem(nats.url))
    const logger = createLogger({ service: 'booking', level: 'error' })
    broker = parts.use(connectBroker({ url: nats.url, name: 'test', logger }))
    await broker.reachable(AbortSignal.timeout(10_000))
    staff = on.person('staff')
  })
  afterAll(() => parts.disposeAsync())

  const unitsOf = async (count: number): Promise<[Resource, ResourceUnit[]]> => {
    const barcodes = Array.from({ length: count }, () => `C-${++made}`)
    const resource = await on.resource(staff, 'Camera', barcodes)
    return [resource, await on.unitsOf(staff, resource)]
  }
  const show = async (id: string) => (await on.send<ResourceUnit>(staff, 'GET', `/units/${id}`)).body
  const change = (id: string, body: object) =>
    on.send<ResourceUnit>(staff, 'PATCH', `/units/${id}`, { body, ifMatch: '*' })

  /** What booking tells when a booking changed, by whom. */
  const told = (before: Item[] | null, after: Item[], by: string | null = staff.userId): EntityChanged => {
    const action = before === null ? 'CREATE' : 'UPDATE'
    return {
      specversion: '1.0',
      id: randomUUID(),
      source: 'booking',
      type: subjectOf('booking', 'Booking', action),
      time: new Date().toISOString(),
      orgid: staff.orgId,
      requestid: 'at-the-desk',
      datacontenttype: 'application/json',
      data: {
        actor_user_id: by,
        entity_type: 'Booking',
        entity_id: randomUUID(),
        action,
        before: before && { items: snapshots(before) },
        after: { items: snapshots(after) },
      },
    }
  }
  const publish = (event: EntityChanged, messageId = event.id) =>
    broker.publish(event.type, JSON.stringify(event), messageId)

  /** Waits until everything told before has been dealt with: events are taken in their order. */
  const settled = async () => {
    const [, [marker]] = await unitsOf(1)
    const out = item(marker!.id, { handed_out_at: OUT })
    await publish(told([out], [{ ...out, returned_at: now(), returned_condition: 'WORN' }]))
    await until(
      () => show(marker!.id),
      ({ condition }) => condition === 'WORN',
    )
  }
  /** Tells that a unit came back in some condition. */
  const comesBack = async (unitId: string, returned_condition: string, by?: string) => {
    const out = item(unitId, { handed_out_at: OUT })
    const event = told([out], [{ ...out, returned_at: now(), returned_condition }], by)
    await publish(event)
    return event
  }

  it('makes a unit that came back damaged one in maintenance, by whoever took it back', async () => {
    const [resource, [camera]] = await unitsOf(2)
    const desk = randomUUID()
    await comesBack(camera!.id, 'DAMAGED', desk)
    const found = await until(
      () => show(camera!.id),
      ({ version }) => version === 2,
    )
    expect(found).toMatchObject({ condition: 'DAMAGED', status: 'MAINTENANCE', version: 2 })
    expect((await on.send<Resource>(staff, 'GET', `/resources/${resource.id}`)).body).toMatchObject({
      units_total: 2,
      units_available: 1,
      version: 2,
    })
    const events = await on.database.admin<{ data: EntityChanged['data']; requestid: string }>(
      `select payload::json->'data' as data, payload::json->>'requestid' as requestid from outbox
       where payload::json->'data'->>'entity_id' = $1 order by seq desc limit 1`,
      [camera!.id],
    )
    expect(events).toMatchObject([
      {
        requestid: 'at-the-desk',
        data: {
          actor_user_id: desk,
          action: 'STATUS_CHANGE',
          before: { condition: 'GOOD', status: 'AVAILABLE' },
          after: { condition: 'DAMAGED', status: 'MAINTENANCE' },
        },
      },
    ])
  })

  it.each(['NEW', 'GOOD', 'WORN'])('notes that a unit is %s without taking it out of use', async (seen) => {
    const [, [camera]] = await unitsOf(1)
    await comesBack(camera!.id, seen)
    await settled()
    // GOOD it was: then nothing changes, and nothing is told.
    expect(await show(camera!.id)).toMatchObject({
      condition: seen,
      status: 'AVAILABLE',
      version: seen === 'GOOD' ? 1 : 2,
    })
  })

  it('notes the condition of a unit that goes out, and leaves it in use although it is damaged', async () => {
    const [, [camera]] = await unitsOf(1)
    const waiting = item(camera!.id)
    const out = { ...waiting, handed_out_at: now(), handed_out_condition: 'DAMAGED' }
    await publish(told([waiting], [out]))
    expect(
      await until(
        () => show(camera!.id),
        ({ version }) => version === 2,
      ),
    ).toMatchObject({ condition: 'DAMAGED', status: 'AVAILABLE' })
    // Back, and still damaged: now it stays.
    await publish(told([out], [{ ...out, returned_at: now(), returned_condition: 'DAMAGED' }]))
    expect(
      await until(
        () => show(camera!.id),
        ({ version }) => version === 3,
      ),
    ).toMatchObject({ condition: 'DAMAGED', status: 'MAINTENANCE' })
  })

  it('hears of a loan that begins handed out, and of several units at once', async () => {
    const [, [first, second, third]] = await unitsOf(3)
    const out = (unit: ResourceUnit, handed_out_condition: string | null) =>
      item(unit.id, { handed_out_at: now(), handed_out_condition })
    await publish(told(null, [out(third!, 'WORN'), out(first!, 'NEW'), out(second!, null)]))
    await settled()
    expect(await Promise.all([first, second, third].map((unit) => show(unit!.id)))).toMatchObject([
      { condition: 'NEW', version: 2 },
      { condition: 'GOOD', version: 1 },
      { condition: 'WORN', version: 2 },
    ])
  })

  it('acts once on an event that comes twice, and not on what was noted before', async () => {
    const [, [camera]] = await unitsOf(1)
    const event = await comesBack(camera!.id, 'DAMAGED')
    await until(
      () => show(camera!.id),
      ({ version }) => version === 2,
    )
    await change(camera!.id, { condition: 'GOOD', status: 'AVAILABLE' })
    await publish(event, `${event.id}:again`)
    const back = (event.data.after as unknown as { items: Item[] }).items
    await publish(told(back, back))
    await settled()
    expect(await show(camera!.id)).toMatchObject({ condition: 'GOOD', status: 'AVAILABLE', version: 3 })
  })

  it('leaves what is retired where it is, and puts aside no unit that never was', async () => {
    const [, [retired]] = await unitsOf(1)
    await change(retired!.id, { status: 'RETIRED' })
    await comesBack(retired!.id, 'DAMAGED')
    await comesBack(randomUUID(), 'DAMAGED')
    await settled()
    expect(await show(retired!.id)).toMatchObject({ condition: 'DAMAGED', status: 'RETIRED' })
    expect(await on.database.admin('select 1 from dead_letter')).toEqual([])
  })

  it('is kept of what was deleted while it was out, so that it is not lent broken when it is restored', async () => {
    const [resource, [alone, withResource]] = await unitsOf(2)
    await on.send(staff, 'DELETE', `/units/${alone!.id}`)
    await on.send(staff, 'DELETE', `/resources/${resource.id}`)
    await comesBack(alone!.id, 'DAMAGED')
    await comesBack(withResource!.id, 'DAMAGED')
    await settled()
    expect((await on.send(staff, 'GET', `/units/${alone!.id}`)).status).toBe(404)
    const restored = await on.send<Resource>(staff, 'POST', `/resources/${resource.id}/restore`)
    expect(restored).toMatchObject({ status: 200, body: { units_total: 1, units_available: 0 } })
    await on.send(staff, 'POST', `/units/${alone!.id}/restore`)
    for (const { id } of [alone!, withResource!])
      expect(await show(id)).toMatchObject({ condition: 'DAMAGED', status: 'MAINTENANCE', deleted_at: null })
    expect((await on.send<Resource>(staff, 'GET', `/resources/${resource.id}`)).body).toMatchObject({
      units_total: 2,
      units_available: 0,
    })
  })

  it('touches no unit of another organisation', async () => {
    const [, [camera]] = await unitsOf(1)
    const out = item(camera!.id, { handed_out_at: OUT })
    const event = told([out], [{ ...out, returned_at: now(), returned_condition: 'DAMAGED' }])
    await publish({ ...event, orgid: randomUUID() })
    await settled()
    expect(await show(camera!.id)).toMatchObject({ condition: 'GOOD', version: 1 })
  })

  it('puts aside what it cannot read, and goes on', async () => {
    const [, [camera]] = await unitsOf(1)
    const broken = JSON.stringify({ ...told(null, []), type: 'kitroom.booking.booking.explode' })
    await broker.publish('kitroom.booking.booking.create', broken, randomUUID())
    await comesBack(camera!.id, 'WORN')
    await settled()
    expect(await show(camera!.id)).toMatchObject({ condition: 'WORN' })
    expect(
      await until(
        () => on.database.admin('select subject from dead_letter where consumer = $1', ['inventory-booking']),
        (letters) => letters.length > 0,
      ),
    ).toEqual([{ subject: 'kitroom.booking.booking.create' }])
  })
})
