import { existsSync, readFileSync } from 'node:fs'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Resource, ResourceUnit } from '@kitroom/contracts'
import { timeLimit } from '@kitroom/testing'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

const REAL = new URL('../../../../shared/data/zhdk-av-inventory.csv', import.meta.url)
const REAL_QUERY = new URLSearchParams({
  name: 'Bezeichnung:',
  type: 'Kategorie:',
  barcode: 'Invent.Nr.',
  serial_number: 'Serien-Nr.',
  tag: 'Owner:',
  delimiter: ';',
}).toString()

const available = existsSync(REAL)
if (!available) console.log('The import of the real inventory is skipped: ../shared/data is not here.')
const withRealFile = available ? it : it.skip

describe('an import', () => {
  let on: InventorySystem
  let staff: Person

  beforeAll(async () => {
    on = await inventorySystem()
  })
  // An organisation of its own for each test, so that every one begins with an empty inventory.
  beforeEach(() => {
    staff = on.person('staff')
  })
  afterAll(() => on[Symbol.asyncDispose]())

  const COLUMNS =
    'name=name&type=type&barcode=code&serial_number=serial&tag=tag&condition=state&description=about'
  const TITLES = 'name,type,code,serial,tag,state,about'
  const importLines = (...lines: string[]) => on.importFile(staff, COLUMNS, [TITLES, ...lines].join('\n'))
  const all = async () => (await on.list(staff, 'limit=100')).data
  const report = (rows: number, resources_created: number, units_created: number) => ({
    status: 200,
    body: { rows, resources_created, units_created, units_unchanged: rows - units_created },
  })

  it('makes rows with one name and type units of one resource, with all their columns say', async () => {
    const done = await importLines(
      'U87,Mic,A1,S1,studio,NEW,"Large, round"',
      'Stand,Misc,B1,,,,',
      'U87,Mic,A2,S2,voice,worn,',
      'U87,Other,A3,S3,,,',
    )
    expect(done).toMatchObject(report(4, 3, 4))
    const resources = await all()
    expect(resources).toMatchObject([
      {
        name: 'Stand',
        type: 'Misc',
        description: null,
        serial_number: null,
        tags: [],
        units_total: 1,
        version: 1,
      },
      {
        name: 'U87',
        type: 'Mic',
        description: 'Large, round',
        serial_number: null,
        tags: ['studio', 'voice'],
        units_total: 2,
        units_available: 2,
      },
      { name: 'U87', type: 'Other', serial_number: 'S3' },
    ])
    expect(await on.unitsOf(staff, resources[1]!)).toMatchObject([
      { barcode: 'A1', serial_number: 'S1', condition: 'NEW', status: 'AVAILABLE', version: 1 },
      { barcode: 'A2', serial_number: 'S2', condition: 'WORN', status: 'AVAILABLE', version: 1 },
    ])
    expect((await on.list(staff, 'q=s2')).data.map(({ name }) => name)).toEqual(['U87'])
    expect((await on.list(staff, 'q=A3')).data.map(({ type }) => type)).toEqual(['Other'])
    expect(await on.actionsOn(resources[1]!.id)).toEqual(['CREATE'])
  })

  it('run again changes nothing, whatever was changed in between', async () => {
    const lines = ['U87,Mic,A1,S1,studio,,x', 'U87,Mic,A2,,,,']
    await importLines(...lines)
    const [made] = await all()
    const [unit] = await on.unitsOf(staff, made!)
    await on.send(staff, 'PATCH', `/resources/${made!.id}`, {
      body: { name: 'U87 Ai', tags: [] },
      ifMatch: 1,
    })
    await on.send(staff, 'PATCH', `/units/${unit!.id}`, { body: { status: 'LOST' }, ifMatch: 1 })
    const before = await all()
    expect(await importLines(...lines)).toMatchObject(report(2, 0, 0))
    expect(await all()).toEqual(before)
  })

  it('adds new units, and their tags, to a resource that is there and keeps what that says of itself', async () => {
    const there = await on.resource(staff, 'U87', ['A1'], { type: 'Mic', description: 'Ours', tags: ['own'] })
    expect(await importLines('U87,Mic,A1,,ignored,,', 'U87,Mic,A2,S2,new,,Theirs')).toMatchObject(
      report(2, 0, 1),
    )
    const { body } = await on.send<Resource>(staff, 'GET', `/resources/${there.id}`)
    expect(body).toMatchObject({
      description: 'Ours',
      serial_number: null,
      tags: ['new', 'own'],
      units_total: 2,
      units_available: 2,
      version: 2,
    })
    expect(await on.actionsOn(there.id)).toEqual(['CREATE', 'UPDATE'])
    expect((await on.list(staff, 'q=s2')).total).toBe(1)
    // The version is the ORM's too: a change with it is accepted.
    const changed = await on.send(staff, 'PATCH', `/resources/${there.id}`, {
      body: { name: 'x' },
      ifMatch: 2,
    })
    expect(changed.status).toBe(200)
  })

  it('takes what was deleted for not there', async () => {
    await importLines('Wrong name,Mic,A1,,,,')
    const [wrong] = await all()
    await on.send(staff, 'DELETE', `/resources/${wrong!.id}`)
    expect(await importLines('Right name,Mic,A1,,,,')).toMatchObject(report(1, 1, 1))
    expect((await all()).map(({ name }) => name)).toEqual(['Right name'])
  })

  it('gives rows without a type the type EQUIPMENT, and needs only name and barcode', async () => {
    expect(await on.importFile(staff, 'name=n&barcode=b', 'b,n\r\n1,Thing\r\n')).toMatchObject(
      report(1, 1, 1),
    )
    expect(await all()).toMatchObject([{ type: 'EQUIPMENT', name: 'Thing' }])
  })

  it('names every bad row by its line, stores nothing, and does not let one hide another', async () => {
    const refused = await importLines(
      'Good,Mic,A1,,,,',
      ',Mic,A2,,,,',
      '"Open,Mic,A3,,,,',
      'Nobody,Mic,,,,,',
      'Twice,Mic,A4,,,broken,',
      'Twice,Mic,A4,,,,',
      'Long,Mic,A5,,,,,,',
      'Short,Mic',
    )
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
    expect(refused.body.errors.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9])
    expect(refused.body.errors[3]?.detail).toContain('state: Write NEW')
    expect(refused.body.errors[3]?.detail).toContain('also on line 7')
    expect(await all()).toEqual([])
    expect(await on.tags(staff)).toEqual([])
  })

  it('names the parameters whose columns the title line lacks', async () => {
    const refused = await on.importFile(staff, 'name=Titel&barcode=code&tag=Marke', `${TITLES}\nx,y,z,,,,\n`)
    expect(refused.status).toBe(400)
    expect(refused.body.errors.map(({ parameter }) => parameter)).toEqual(['name', 'tag'])
  })

  it.each([
    ['name=name', 'barcode'],
    ['name=name&barcode=code&delimiter=%22', 'delimiter'],
    ['name=name&barcode=code&colour=red', 'colour'],
  ])('is refused with the mapping %s', async (query, parameter) => {
    expect(await on.importFile(staff, query, TITLES)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter }] },
    })
  })

  it('is for staff, of text/csv, at most 10 MiB', async () => {
    const student = on.person('student', staff.orgId)
    expect((await on.importFile(student, COLUMNS, TITLES)).status).toBe(403)
    expect((await on.send(staff, 'POST', `/imports/resources?${COLUMNS}`, { body: {} })).status).toBe(415)
    const big = await on.importFile(staff, COLUMNS, `${TITLES}\n${'x'.repeat(10 * 1024 * 1024)}`)
    expect(big).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
  })

  it('with an Idempotency-Key answers a repetition as the first time, and another file with 422', async () => {
    const send = (csv: string) =>
      on.send(staff, 'POST', `/imports/resources?${COLUMNS}`, {
        csv,
        headers: { 'Idempotency-Key': 'import-1' },
      })
    const first = await send(`${TITLES}\nU87,Mic,A1,,,,`)
    const second = await send(`${TITLES}\nU87,Mic,A1,,,,`)
    expect(first).toMatchObject(report(1, 1, 1))
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await send(`${TITLES}\nU87,Mic,A2,,,,`)).status).toBe(422)
  })

  it('with the key of another is refused where a byte of its query differs, and adds nothing (IDM-4)', async () => {
    const titles = Array.from('abcdefghijklmnopqrstuvwxyz')
    const send = (tag: string) =>
      on.send(staff, 'POST', `/imports/resources?name=name&barcode=code&tag=${tag}`, {
        csv: `name,code,${titles.join(',')}\nU87,Q1,${titles.join(',')}`,
        headers: { 'Idempotency-Key': 'import-2' },
      })
    expect(await send('a')).toMatchObject(report(1, 1, 1))
    for (const other of titles.slice(1)) {
      expect(await send(other)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    }
    expect((await all()).map(({ tags }) => tags)).toEqual([['a']])
  })

  it('may run beside itself: every barcode comes once, every resource too', async () => {
    const lines = Array.from({ length: 200 }, (_, at) => `Kind ${at % 7},Mic,P${at},,tag ${at % 3},,`)
    const done = await Promise.all([importLines(...lines), importLines(...lines), importLines(...lines)])
    expect(done.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(done.map(({ body }) => body.units_created).toSorted((a, b) => a - b)).toEqual([0, 0, 200])
    const resources = await all()
    expect(resources).toHaveLength(7)
    expect(resources.reduce((sum, { units_total }) => sum + units_total, 0)).toBe(200)
  })

  withRealFile(
    'of the real inventory takes 1,102 units of 144 kinds, and nothing the second time',
    async () => {
      const file = new Uint8Array(readFileSync(REAL))
      const started = performance.now()
      const first = await on.importFile(staff, REAL_QUERY, file)
      const seconds = (performance.now() - started) / 1_000
      expect(first).toMatchObject(report(1102, 144, 1102))
      expect(seconds).toBeLessThan(timeLimit(5))
      expect(await on.importFile(staff, REAL_QUERY, file)).toMatchObject(report(1102, 0, 0))

      const found = await on.list(staff, 'q=Neumann%20U87')
      expect(found.data[0]).toMatchObject({ version: 1, tags: [expect.any(String)] })
      expect(await on.list(staff, `q=${encodeURIComponent('Rainbow 8"')}`)).toMatchObject({ total: 1 })
      const { body } = await on.send<{ data: ResourceUnit[] }>(staff, 'GET', '/units?barcode=AVZ22500')
      expect(body.data).toMatchObject([{ serial_number: 'PM6003383', condition: 'GOOD' }])
      const [events] = await on.database.admin<{ count: number }>(
        'select count(*)::int as count from outbox where org_id = $1',
        [staff.orgId],
      )
      expect(events?.count).toBe(1102 + 144 + (await on.tags(staff)).length)
    },
  )
})
