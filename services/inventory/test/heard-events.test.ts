import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type EntityChanged, type ResourceUnit, subjectOf } from '@kitroom/contracts'
import { deadLetterTable, openDatabase, rolesOf } from '@kitroom/database'
import { type Broker, connectBroker } from '@kitroom/events'
import { startNats } from '@kitroom/local-servers'
import { createLogger } from '@kitroom/service'
import { scaled, seededRandom, until } from '@kitroom/testing'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

const HOUR = 3_600_000
const SUBJECT = subjectOf('booking', 'Booking', 'UPDATE')
const CONDITIONS = ['NEW', 'GOOD', 'WORN', 'DAMAGED'] as const
const STATUSES = ['AVAILABLE', 'MAINTENANCE', 'RETIRED'] as const

interface Sighting {
  unitId: string
  condition: (typeof CONDITIONS)[number]
  isBack: boolean
  at: Date
}

const parts = new AsyncDisposableStack()
let broker: Broker
let on: InventorySystem
let staff: Person

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

/** Units that were made long ago, so that anything told of them is newer. */
async function oldUnits(count: number): Promise<ResourceUnit[]> {
  const units: ResourceUnit[] = []
  while (units.length < count) {
    // As many as fit into a page.
    const barcodes = Array.from({ length: Math.min(20, count - units.length) }, () => randomUUID())
    units.push(...(await on.unitsOf(staff, await on.resource(staff, 'Camera', barcodes))))
  }
  await on.database.admin(`update resource_unit set condition_at = '2020-01-01', status_at = '2020-01-01'`)
  return units
}

/** What booking tells when the desk saw units. */
function told(seen: readonly Sighting[], more: Partial<EntityChanged> = {}): EntityChanged {
  const out = seen.map(({ unitId, isBack }) => ({
    id: randomUUID(),
    resource_unit_id: unitId,
    handed_out_at: isBack ? '2020-01-01T00:00:00Z' : null,
  }))
  const items = out.map((item, i) => {
    const { isBack, condition, at } = seen[i]!
    return isBack
      ? { ...item, returned_at: at.toISOString(), returned_condition: condition }
      : { ...item, handed_out_at: at.toISOString(), handed_out_condition: condition }
  })
  const id = randomUUID()
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'booking',
    type: SUBJECT,
    time: new Date().toISOString(),
    orgid: staff.orgId,
    requestid: 'at-the-desk',
    datacontenttype: 'application/json',
    data: {
      actor_user_id: staff.userId,
      entity_type: 'Booking',
      entity_id: id,
      action: 'UPDATE',
      before: { id, org_id: staff.orgId, items: out },
      after: { id, org_id: staff.orgId, items },
    },
    ...more,
  }
}

const publish = (event: object, messageId: string = randomUUID()) =>
  broker.publish(SUBJECT, JSON.stringify(event), messageId)

const stateOf = async (unitId: string) => {
  const { condition, status } = (await on.send<ResourceUnit>(staff, 'GET', `/units/${unitId}`)).body
  return { condition, status }
}
const receipts = async () =>
  Number((await on.database.admin<{ count: string }>('select count(*) from inbox'))[0]?.count)

describe('what inventory hears of the desk', () => {
  it('ends alike in whatever order it is heard, and undoes nothing that staff said later (EVT-8)', async () => {
    const random = seededRandom()
    console.log(`seed ${random.seed}`)
    const units = await oldUnits(scaled(60, 1_000))
    const history: Sighting[][] = Array.from({ length: scaled(150, 10_000) }, (_, n) => {
      // Half of it before what staff will say, half long after.
      const at = new Date(Date.now() + (n % 2 === 0 ? -1 : 1) * (HOUR + n * 60_000))
      const seen = new Set([random.pick(units).id, random.pick(units).id])
      return [...seen].map((unitId) => ({
        unitId,
        at,
        condition: random.pick(CONDITIONS),
        // Some units are never seen broken after staff said that they can be lent.
        isBack: random.below(2) === 0 && (at.getTime() < Date.now() || unitId > '8'),
      }))
    })
    const edits = units.map(({ id }) => ({
      id,
      change: {
        ...(random.below(2) === 0 && { condition: random.pick(CONDITIONS) }),
        ...(random.below(2) === 0 && { status: random.pick(STATUSES) }),
      },
    }))

    const events = history.map((seen) => told(seen))
    const copied = events.flatMap((event, n) =>
      (random.below(4) === 0 ? [event, event] : [event]).map((one) => {
        // What happened after staff spoke cannot be heard before.
        return { event: one, place: n % 2 === 0 ? random.next() : 0.5 + random.next() / 2 }
      }),
    )
    const shuffled = copied.toSorted((a, b) => a.place - b.place)
    const before = await receipts()
    for (const { event } of shuffled.filter(({ place }) => place < 0.5)) await publish(event)
    for (const { id, change } of edits) {
      if (Object.keys(change).length === 0) continue
      const { status } = await on.send(staff, 'PATCH', `/units/${id}`, { body: change, ifMatch: '*' })
      expect(status).toBe(200)
    }
    for (const { event } of shuffled.filter(({ place }) => place >= 0.5)) await publish(event)
    await until(receipts, (count) => count === before + events.length, 400_000)

    const inOrder = history.flat().toSorted((a, b) => a.at.getTime() - b.at.getTime())
    const now = Date.now()
    for (const { id, change } of edits) {
      const state = { condition: 'GOOD', status: 'AVAILABLE' }
      const see = ({ unitId, condition, isBack }: Sighting) => {
        if (unitId !== id) return
        state.condition = condition
        if (isBack && condition === 'DAMAGED' && state.status !== 'RETIRED') state.status = 'MAINTENANCE'
      }
      inOrder.filter(({ at }) => at.getTime() < now).forEach(see)
      Object.assign(state, change)
      inOrder.filter(({ at }) => at.getTime() >= now).forEach(see)
      expect({ id, ...(await stateOf(id)) }).toEqual({ id, ...state })
    }
  }, 600_000)

  it('has no effect when it is forged, and is a dead letter (TEN-12)', async () => {
    const [unit] = await oldUnits(1)
    const good = () => told([{ unitId: unit!.id, condition: 'DAMAGED', isBack: true, at: new Date() }])
    const { orgid: _, ...homeless } = good()
    const elsewhere = { id: randomUUID(), org_id: randomUUID(), items: [] }
    const forged: Record<string, object> = {
      'of no organisation': homeless,
      'of no organisation there could be': { ...good(), orgid: 'everybody' },
      'for a strange organisation': { ...good(), orgid: randomUUID() },
      'of another organisation’s booking': { ...good(), data: { ...good().data, after: elsewhere } },
      'told by another service': { ...good(), source: 'auth' },
      'told by nobody': { ...good(), source: 'intruder' },
      'of an entity that is not booking’s': {
        ...good(),
        data: { ...good().data, entity_type: 'ResourceUnit' },
      },
      'by another subject than its own': { ...good(), type: subjectOf('booking', 'Booking', 'CREATE') },
    }
    const before = await receipts()
    for (const event of Object.values(forged)) await publish(event)
    const letters = await until(
      () => on.database.admin<{ reason: string; payload: string }>('select reason, payload from dead_letter'),
      (found) => found.length >= Object.keys(forged).length,
    )
    expect(letters.map(({ payload }) => payload).toSorted()).toEqual(
      Object.values(forged)
        .map((event) => JSON.stringify(event))
        .toSorted(),
    )
    expect(letters.every(({ reason }) => reason !== '')).toBe(true)
    // Whole in itself, but of units that are not the organisation's: they are not found.
    const stranger = { ...on.person('staff'), id: '' }
    const { data, ...envelope } = good()
    const owned = { ...data.after, org_id: stranger.orgId }
    await publish({
      ...envelope,
      orgid: stranger.orgId,
      data: { ...data, before: { ...data.before, org_id: stranger.orgId }, after: owned },
    })
    await until(receipts, (count) => count === before + 1)
    expect(await stateOf(unit!.id)).toEqual({ condition: 'GOOD', status: 'AVAILABLE' })
  })

  it('is ignored when it is of a kind that is newer than we are, and read although there are new fields (EVT-15)', async () => {
    const [unit] = await oldUnits(1)
    await on.database.admin('delete from dead_letter')
    const event = told([{ unitId: unit!.id, condition: 'WORN', isBack: true, at: new Date() }])
    const newer = { ...event, id: randomUUID(), data: { ...event.data, action: 'ARCHIVE' } }
    const type = 'kitroom.booking.booking.archive'
    await broker.publish(type, JSON.stringify({ ...newer, type }), randomUUID())
    const after = {
      ...event.data.after,
      colour: 'red',
      items: (event.data.after?.['items'] as object[]).map((item) => ({ ...item, scratches: 3 })),
    }
    await publish({ ...event, dataschema: 'v9', data: { ...event.data, reason: 'a new field', after } })
    expect(
      await until(
        () => stateOf(unit!.id),
        ({ condition }) => condition === 'WORN',
      ),
    ).toEqual({ condition: 'WORN', status: 'AVAILABLE' })
    expect(await on.database.admin('select reason from dead_letter')).toEqual([])
  })

  it('is offered again by the redrive command, what was put aside (EVT-9)', async () => {
    const [unit] = await oldUnits(1)
    await on.database.admin('delete from dead_letter')
    const { url } = on.database
    const database = openDatabase({ url, service: 'inventory', entities: [], poolSize: 1 })
    const letters = deadLetterTable({ database, jobRole: rolesOf(url).job, consumer: 'inventory-booking' })
    const event = told([{ unitId: unit!.id, condition: 'DAMAGED', isBack: true, at: new Date() }])
    await letters.keep({ subject: SUBJECT, payload: JSON.stringify(event) }, 'It could not be handled.')
    await letters.keep({ subject: SUBJECT, payload: 'no JSON' }, 'It could not be handled.')
    await database.close()

    const redrive = async () => {
      const args = ['--conditions=@kitroom/source', `${import.meta.dirname}/../src/redrive.ts`]
      const { stdout } = await promisify(execFile)(process.execPath, args, { env: { DATABASE_URL: url } })
      return JSON.parse(stdout) as object
    }
    expect(await redrive()).toMatchObject({ redriven: 1, refused: 1 })
    expect(await stateOf(unit!.id)).toEqual({ condition: 'DAMAGED', status: 'MAINTENANCE' })
    expect(await redrive()).toMatchObject({ redriven: 0, refused: 1 })
    expect(await on.database.admin('select reason from dead_letter where redriven_at is null')).toEqual([
      { reason: 'The payload is not JSON in UTF-8.' },
    ])
  })
})
