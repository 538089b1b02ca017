import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

describe('the list of resources', () => {
  let on: InventorySystem
  let staff: Person
  let student: Person
  const names = async (query: string, as = student) => (await on.list(as, query)).data.map(({ name }) => name)

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
    student = on.person('student', staff.orgId)
    await on.resource(staff, 'Neumann U87', ['AVZ1'], {
      tags: ['studio', 'voice'],
      description: 'Großmembran',
    })
    await on.resource(staff, 'Beamer 100%', ['AVZ2'], {
      type: 'Beamer',
      status: 'MAINTENANCE',
      tags: ['studio'],
    })
    await on.resource(staff, 'Snake_cable', ['AVZ3'], { type: 'Kabel', serial_number: 'SER\\7' })
    await on.resource(staff, 'Ärmelkanal', [], {
      type: 'Kabel',
      units: [{ barcode: 'Z9', serial_number: 'unit-serial-5' }],
    })
  })
  afterAll(() => on[Symbol.asyncDispose]())

  it('is filtered by type, by status, and by tags that must all match', async () => {
    expect(await names('type=Kabel')).toEqual(['Snake_cable', 'Ärmelkanal'])
    expect(await names('status=MAINTENANCE')).toEqual(['Beamer 100%'])
    expect(await names('tag=studio')).toEqual(['Beamer 100%', 'Neumann U87'])
    expect(await names('tag=studio&tag=voice')).toEqual(['Neumann U87'])
    expect(await names('tag=studio&tag=nothing')).toEqual([])
    expect(await names('type=Beamer&status=AVAILABLE')).toEqual([])
  })

  it.each([
    ['neumann', ['Neumann U87']],
    ['MANN u8', ['Neumann U87']],
    ['grossmembran', []],
    ['GROẞMEMBRAN', ['Neumann U87']],
    ['%', ['Beamer 100%']],
    ['_', ['Snake_cable']],
    ['\\', ['Snake_cable']],
    ['r\\7', ['Snake_cable']],
    ['avz', ['Beamer 100%', 'Neumann U87', 'Snake_cable']],
    ['z9', ['Ärmelkanal']],
    ['T-SERIAL-5', ['Ärmelkanal']],
    ['är', ['Ärmelkanal']],
    ['a\u0308r', ['Ärmelkanal']],
    ['no such thing', []],
  ])('finds %j in name, description, serial numbers and barcodes', async (q, expected) => {
    expect((await names(`q=${encodeURIComponent(q)}`)).toSorted()).toEqual(expected.toSorted())
  })

  it('follows a unit’s barcode when it changes, goes and comes back', async () => {
    const { id } = await on.resource(staff, 'Followed', ['OLDCODE'])
    const [unit] = await on.unitsOf(staff, { id })
    await on.send(staff, 'PATCH', `/units/${unit!.id}`, { body: { barcode: 'NEWCODE' }, ifMatch: 1 })
    expect(await names('q=oldcode')).toEqual([])
    expect(await names('q=newcode')).toEqual(['Followed'])
    await on.send(staff, 'DELETE', `/units/${unit!.id}`)
    expect(await names('q=newcode')).toEqual([])
    await on.send(staff, 'POST', `/units/${unit!.id}/restore`)
    expect(await names('q=newcode')).toEqual(['Followed'])
    await on.send(staff, 'DELETE', `/resources/${id}`)
    expect(await names('q=newcode')).toEqual([])
    expect(await names('q=newcode&include_deleted=true', staff)).toEqual(['Followed'])
  })

  it('finds more matches than are handed over by id, in order and with the right total', async () => {
    const other = on.person('staff')
    await on.database.admin(
      `insert into resource (org_id, id, type, name, status, units_total, units_available, created_at, updated_at)
       select $1, gen_random_uuid(), 'T', 'Stativ ' || lpad(i::text, 5, '0'), 'AVAILABLE', 0, 0, now(), now()
       from generate_series(1, 1500) as i`,
      [other.orgId],
    )
    const found = await on.list(other, 'q=stativ&limit=2')
    expect(found).toMatchObject({ total: 1500, has_next: true })
    expect(found.data.map(({ name }) => name)).toEqual(['Stativ 00001', 'Stativ 00002'])
    expect(await on.list(other, 'q=STATIV%2000015')).toMatchObject({ total: 1 })
    expect(await on.list(staff, 'q=stativ')).toMatchObject({ total: 0 })
  })

  it('uses the trigram index for a rare word, in spite of row level security', async () => {
    const other = on.person('staff')
    await on.database.admin(
      `insert into resource (org_id, id, type, name, status, units_total, units_available, created_at, updated_at)
       select $1, gen_random_uuid(), 'T', 'Haystack ' || md5(i::text), 'AVAILABLE', 0, 0, now(), now()
       from generate_series(1, 10000) as i`,
      [other.orgId],
    )
    await on.resource(other, 'Needle-Zyx')
    await on.database.admin('vacuum analyze resource')
    const scans = async () => {
      const [read] = await on.database.admin<{ scans: number }>(
        `select idx_scan::int as scans from pg_stat_user_indexes where indexrelname = 'resource_search'`,
      )
      return read?.scans ?? 0
    }
    const before = await scans()
    expect((await on.list(other, 'q=needle-zyx')).data.map(({ name }) => name)).toEqual(['Needle-Zyx'])
    // Statistics are told at most once a second, when the session next does something.
    await until(
      async () => {
        await on.list(other, 'q=needle-zyx')
        return scans()
      },
      (count) => count > before,
    )
  })

  it('is filtered by the time of creation, from included, to excluded', async () => {
    const made = await on.resource(staff, 'Timed')
    const at = new Date(made.created_at)
    const later = new Date(at.getTime() + 1).toISOString()
    expect(await names(`created_from=${at.toISOString()}&created_to=${later}`)).toEqual(['Timed'])
    expect(await names(`created_to=${at.toISOString()}&q=Timed`)).toEqual([])
    expect(await names(`created_from=${later}&q=Timed`)).toEqual([])
  })

  it.each([
    ['sort=name', ['Beamer 100%', 'Neumann U87', 'Snake_cable']],
    ['sort=-name', ['Snake_cable', 'Neumann U87', 'Beamer 100%']],
    ['sort=-type,name', ['Neumann U87', 'Snake_cable', 'Beamer 100%']],
    ['sort=created_at', ['Neumann U87', 'Beamer 100%', 'Snake_cable']],
    ['sort=-created_at', ['Snake_cable', 'Beamer 100%', 'Neumann U87']],
    ['sort=status,-name', ['Snake_cable', 'Neumann U87', 'Beamer 100%']],
  ])('is in the order of %s', async (sort, expected) => {
    expect(await names(`q=AVZ&${sort}`)).toEqual(expected)
  })

  it.each([
    ['sort=description', 'sort'],
    ['limit=101', 'limit'],
    ['limit=0', 'limit'],
    ['colour=red', 'colour'],
    ['status=BROKEN', 'status'],
    ['cursor=abc', 'cursor'],
    ['created_from=2026-02-30T00:00:00Z', 'created_from'],
    [`q=${'x'.repeat(201)}`, 'q'],
    ['q=%00', 'q'],
  ])('refuses %s', async (query, parameter) => {
    const refused = await on.send(student, 'GET', `/resources?${query}`)
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
  })

  it('shows deleted resources to staff who ask, and refuses students who do', async () => {
    const { id } = await on.resource(staff, 'Gone for good')
    await on.send(staff, 'DELETE', `/resources/${id}`)
    expect(await names('q=Gone', staff)).toEqual([])
    expect(await names('q=Gone&include_deleted=true', staff)).toEqual(['Gone for good'])
    expect((await on.send(student, 'GET', '/resources?include_deleted=true')).status).toBe(403)
    expect((await on.send(student, 'GET', '/resources?include_deleted=false')).status).toBe(200)
  })

  it('is leafed through by cursor however long the names are that it is sorted by', async () => {
    const other = on.person('staff')
    // Six bytes each within a cursor, more than any other character.
    const [name, type] = ['\u0001'.repeat(199), '\u0001'.repeat(99)]
    for (const last of ['a', 'b']) await on.resource(other, name + last, [], { type: type + last })
    const { next_cursor } = await on.list(other, 'limit=1&sort=type,name,status,created_at')
    const { data } = await on.list(other, `limit=1&sort=type,name,status,created_at&cursor=${next_cursor}`)
    expect(data.map(({ name }) => name)).toEqual([`${name}b`])
  })

  it('is paged by number with a total, and by cursor without missing or repeating anything while rows change', async () => {
    const other = on.person('staff')
    for (let i = 1; i <= 12; i++) await on.resource(other, `Row ${String(i).padStart(2, '0')}`)
    const second = await on.list(other, 'limit=5&page=2')
    expect(second).toMatchObject({ total: 12, page: 2, has_next: true })
    expect(second.data.map(({ name }) => name)).toEqual(['Row 06', 'Row 07', 'Row 08', 'Row 09', 'Row 10'])
    expect(await on.list(other, 'limit=5&page=9')).toMatchObject({ data: [], total: 12, has_next: false })

    const seen: string[] = []
    let cursor = (await on.list(other, 'limit=5')).next_cursor
    seen.push('Row 01', 'Row 02', 'Row 03', 'Row 04', 'Row 05')
    await on.resource(other, 'Row 00')
    await on.resource(other, 'Row 065')
    while (cursor !== null) {
      const next = await on.list(other, `limit=5&cursor=${cursor}`)
      expect(next).toMatchObject({ total: null, page: null })
      seen.push(...next.data.map(({ name }) => name))
      cursor = next.next_cursor
    }
    expect(seen).toEqual(
      ['01', '02', '03', '04', '05', '06', '065', '07', '08', '09', '10', '11', '12'].map((n) => `Row ${n}`),
    )
    const { next_cursor } = await on.list(other, 'limit=5')
    expect(await on.send(other, 'GET', `/resources?limit=5&sort=-name&cursor=${next_cursor}`)).toMatchObject({
      status: 400,
    })
    expect(await on.send(staff, 'GET', `/resources?limit=5&cursor=${next_cursor}`)).toMatchObject({
      status: 400,
    })
  })
})
