import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startSystem, type System } from '@kitroom/local'
import { inHours, until } from '@kitroom/testing'

import { type Answer, enrol, foundOrganization, type Person, request } from './client.ts'

const INVENTORY = join(import.meta.dirname, '../../shared/data/zhdk-av-inventory.csv')
const MAPPING = new URLSearchParams({
  name: 'Bezeichnung:',
  type: 'Kategorie:',
  barcode: 'Invent.Nr.',
  serial_number: 'Serien-Nr.',
  tag: 'Owner:',
  delimiter: ';',
})

let folder: string
let system: System
let admin: Person
let staff: Person
let ann: Person
let bob: Person

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kitroom-e2e-'))
  system = await startSystem({
    dataDir: folder,
    port: 0,
    seed: false,
    durable: false,
    env: { RATE_LIMIT_PER_MINUTE: '100000' },
  })
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  ;[staff, ann, bob] = await Promise.all([
    enrol(system.url, admin, 'staff'),
    enrol(system.url, admin, 'student'),
    enrol(system.url, admin, 'student'),
  ])
})
afterAll(async () => {
  await system.stop()
  if (process.env['KEEP'] === undefined) await rm(folder, { recursive: true, force: true })
})

/** Books as a client should: told that the system is busy, it repeats the request with the same key. */
const book = async (who: Person, body: object): Promise<Answer> => {
  const key = randomUUID()
  return until(
    () => who.send('POST', '/bookings', { body, key }),
    ({ status }) => status !== 503,
  )
}

interface AuditRow {
  action: string
  entity_type: string
  actor_user_id: string
  before_json: { status: string } | null
  after_json: { status: string }
}

const trailOf = async (id: string): Promise<AuditRow[]> =>
  ((await staff.send('GET', `/audit?entity_id=${id}&limit=100`)).body as unknown as { data: AuditRow[] }).data

describe('the whole system', () => {
  it('is healthy and explains itself without a token', async () => {
    const health = await request(system.url, 'GET', '/health')
    expect(health.body).toEqual({
      status: 'ok',
      services: { auth: 'ok', inventory: 'ok', booking: 'ok', audit: 'ok' },
    })
    const document = await request(system.url, 'GET', '/openapi.json')
    expect(document.body).toMatchObject({ openapi: '3.1.0' })
    expect((await fetch(`${system.url}/docs`)).status).toBe(200)
  })

  it('lets the last microphone go to one of two students, and tells the other when, not who', async () => {
    const kind = await staff.send('POST', '/resources', {
      body: { type: 'Audio', name: 'Neumann U 87', units: [{ barcode: 'U87-1' }] },
    })
    expect(kind.status).toBe(201)
    const wish = {
      start_at: inHours(2),
      end_at: inHours(5),
      items: [{ resource_id: (kind.body as unknown as { id: string }).id, quantity: 1 }],
    }
    const answers = await Promise.all([book(ann, wish), book(bob, wish)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({
      code: 'unit-unavailable',
      conflicts: [{ start_at: wish.start_at, end_at: wish.end_at }],
    })
    for (const person of [ann, bob, staff]) expect(JSON.stringify(refused?.body)).not.toContain(person.id)
  })

  it('takes a booking through its life, and the audit shows each step once', async () => {
    const kind = await staff.send('POST', '/resources', {
      body: { type: 'Camera', name: 'FX6', units: [{ barcode: 'FX6-1' }] },
    })
    const resourceId = (kind.body as unknown as { id: string }).id
    const made = await book(ann, {
      start_at: inHours(0),
      end_at: inHours(3),
      items: [{ resource_id: resourceId, quantity: 1 }],
    })
    expect(made.status).toBe(201)
    const { id } = made.body as unknown as { id: string }
    for (const step of ['approve', 'checkout', 'return']) {
      expect((await staff.send('POST', `/bookings/${id}/${step}`)).status).toBe(200)
    }
    const trail = await until(
      () => trailOf(id),
      (rows) => rows.length >= 4,
    )
    expect(
      trail
        .toReversed()
        .map(({ action, before_json, after_json }) => [action, before_json?.status, after_json.status]),
    ).toEqual([
      ['CREATE', undefined, 'PENDING'],
      ['STATUS_CHANGE', 'PENDING', 'APPROVED'],
      ['STATUS_CHANGE', 'APPROVED', 'CHECKED_OUT'],
      ['STATUS_CHANGE', 'CHECKED_OUT', 'RETURNED'],
    ])
    expect(trail.map(({ actor_user_id }) => actor_user_id)).toEqual([staff.id, staff.id, staff.id, ann.id])
    const verified = await admin.send('GET', '/audit/verify')
    expect(verified.body).toMatchObject({ verified: true, first_broken_id: null })
  })

  it('moves or rejects bookings whose unit is withdrawn under them', async () => {
    const kind = await staff.send('POST', '/resources', {
      body: { type: 'Light', name: 'SkyPanel', units: [{ barcode: 'SKY-1' }, { barcode: 'SKY-2' }] },
    })
    const resourceId = (kind.body as unknown as { id: string }).id
    const made = await book(ann, {
      start_at: inHours(1),
      end_at: inHours(2),
      items: [{ resource_id: resourceId, quantity: 1 }],
    })
    const { id, items } = made.body as unknown as { id: string; items: { resource_unit_id: string }[] }
    const withdraw = (unitId: string | undefined) =>
      staff.send('PATCH', `/units/${unitId}`, { body: { status: 'MAINTENANCE' }, ifMatch: '*' })
    expect((await withdraw(items[0]?.resource_unit_id)).status).toBe(200)
    const read = async () =>
      (await ann.send('GET', `/bookings/${id}`)).body as unknown as { status: string; items: typeof items }
    const moved = await until(
      read,
      (booking) => booking.items[0]?.resource_unit_id !== items[0]?.resource_unit_id,
    )
    expect(moved.status).toBe('PENDING')
    await withdraw(moved.items[0]?.resource_unit_id)
    await until(read, ({ status }) => status === 'REJECTED')
  })

  it('sends a unit that came back damaged to maintenance, and moves who waits for it', async () => {
    const kind = await staff.send('POST', '/resources', {
      body: { type: 'Light', name: 'Astera', units: [{ barcode: 'AST-1' }, { barcode: 'AST-2' }] },
    })
    const resourceId = (kind.body as unknown as { id: string }).id
    const items = [{ resource_id: resourceId, quantity: 1 }]
    const lent = await staff.send('POST', '/bookings/walk-in', {
      key: randomUUID(),
      body: { on_behalf_of: ann.id, end_at: inHours(2), items },
    })
    type Shown = { id: string; items: { resource_unit_id: string }[] }
    const loan = lent.body as unknown as Shown
    const out = loan.items[0]?.resource_unit_id
    const other = await staff.send('GET', `/resources/${resourceId}/units`)
    const spare = (other.body as unknown as { data: { id: string }[] }).data.find(({ id }) => id !== out)
    const hold = await book(bob, {
      start_at: inHours(4),
      end_at: inHours(5),
      items: [{ resource_unit_id: spare?.id }],
    })
    const waits = (await book(bob, { start_at: inHours(4), end_at: inHours(5), items }))
      .body as unknown as Shown
    expect(waits.items[0]?.resource_unit_id).toBe(out)
    await bob.send('POST', `/bookings/${(hold.body as unknown as Shown).id}/cancel`)

    const back = [{ resource_unit_id: out, condition: 'DAMAGED', note: 'No light.' }]
    const returned = await staff.send('POST', `/bookings/${loan.id}/return`, { body: { items: back } })
    expect(returned.status).toBe(200)
    const moved = await until(
      async () => (await bob.send('GET', `/bookings/${waits.id}`)).body as unknown as Shown,
      (shown) => shown.items[0]?.resource_unit_id !== out,
    )
    expect(moved.items[0]?.resource_unit_id).toBe(spare?.id)
    expect((await staff.send('GET', `/units/${out}`)).body).toMatchObject({
      status: 'MAINTENANCE',
      condition: 'DAMAGED',
    })
    expect(await trailOf(out ?? '')).toMatchObject([
      { action: 'STATUS_CHANGE', actor_user_id: staff.id },
      { action: 'CREATE' },
    ])
  })

  it('shows one organisation nothing of another', async () => {
    const stranger = await foundOrganization(system.url, system.bootstrapToken, 'Elsewhere')
    const { data } = (await staff.send('GET', '/bookings')).body as unknown as { data: { id: string }[] }
    const [booking] = data
    expect((await stranger.send('GET', `/bookings/${booking?.id}`)).status).toBe(404)
    expect((await stranger.send('GET', '/resources')).body).toMatchObject({ total: 0 })
    const intruding = { headers: { 'X-Org-Id': admin.orgId } }
    expect((await stranger.send('GET', '/bookings', intruding)).body).toMatchObject({ code: 'not-a-member' })
  })

  it('puts a sign-out, a lost role and a deactivation in force within two seconds', async () => {
    const student = await enrol(system.url, admin, 'student')
    expect((await student.send('POST', '/auth/logout')).status).toBeLessThan(300)
    await until(
      () => student.send('GET', '/bookings'),
      ({ status }) => status === 401,
      3_500,
    )

    const helper = await enrol(system.url, admin, 'staff')
    expect((await helper.send('GET', '/users')).status).toBe(200)
    await admin.send('PATCH', `/users/${helper.id}`, { body: { roles: ['student'] }, ifMatch: '*' })
    await until(
      () => helper.send('GET', '/users'),
      ({ status }) => status === 403,
      3_500,
    )
    await admin.send('PATCH', `/users/${helper.id}`, { body: { is_active: false }, ifMatch: '*' })
    await until(
      () => helper.send('GET', '/bookings'),
      ({ status }) => status === 401,
      3_500,
    )
  })
})

const describeReal = existsSync(INVENTORY) ? describe : describe.skip
if (!existsSync(INVENTORY)) console.info('The real inventory is not here; its tests are skipped.')

describeReal('over the real inventory of an arts university', () => {
  const importIt = () =>
    staff.send('POST', `/imports/resources?${MAPPING.toString()}`, {
      text: readFileSync(INVENTORY, 'utf8'),
      headers: { 'Content-Type': 'text/csv' },
    })

  it('imports 1,102 units of 144 kinds, and a second run changes nothing', async () => {
    expect((await importIt()).body).toEqual({
      rows: 1102,
      resources_created: 144,
      units_created: 1102,
      units_unchanged: 0,
    })
    expect((await importIt()).body).toEqual({
      rows: 1102,
      resources_created: 0,
      units_created: 0,
      units_unchanged: 1102,
    })
  })

  it('lends its three Neumann U87 to three students and not to a fourth', async () => {
    const found = await ann.send('GET', `/resources?q=${encodeURIComponent('Neumann U87')}`)
    const { data } = found.body as unknown as { data: { id: string; name: string; units_total: number }[] }
    expect(data).toMatchObject([{ name: 'Mikrofon Neumann U87', units_total: 3 }])
    const wish = {
      start_at: inHours(1),
      end_at: inHours(4),
      items: [{ resource_id: data[0]?.id, quantity: 1 }],
    }
    const answers = await Promise.all([ann, bob, ann, bob, ann, bob].map((who) => book(who, wish)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3)
  })

  it('has every imported unit in the audit once, and the chain holds', async () => {
    const counted = async () =>
      (
        (await staff.send('GET', '/audit?entity_type=ResourceUnit&action=CREATE')).body as unknown as {
          total: number
        }
      ).total
    await until(counted, (total) => total >= 1102 + 6)
    expect(await counted()).toBe(1102 + 6)
    expect((await admin.send('GET', '/audit/verify')).body).toMatchObject({ verified: true })
  })
})
