import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { statementSigner } from '@kitroom/access-token'
import { type GrpcClient, grpcClient } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

describe('what booking finds among the resources that can be lent', () => {
  let on: InventorySystem
  let staff: Person
  let inventory: GrpcClient<'Inventory'>

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
    inventory = grpcClient('Inventory', {
      address: on.grpcAddress,
      statements: statementSigner({ service: 'booking', privateJwk: on.identity.privateJwk('booking') }),
      logger: createLogger({ service: 'booking', level: 'silent' }),
      timeoutMs: 10_000,
    })
    await on.resource(staff, 'Neumann U87', ['N-1', 'N-2'], { tags: ['studio', 'audio'] })
    await on.resource(staff, 'Rode NT1', ['R-1'], { tags: ['audio'], description: '100%_warm' })
    await on.resource(staff, 'Camera', ['C-1', 'C-2', 'C-3'], { type: 'Kamera', tags: ['studio'] })
    await on.resource(staff, 'Disabled', ['D-1'], { status: 'DISABLED' })
    await on.resource(staff, 'Without units')
    const gone = await on.resource(staff, 'Gone', ['G-1'])
    await on.send(staff, 'DELETE', `/resources/${gone.id}`)
    const broken = await on.resource(staff, 'Broken', ['B-1'])
    const [unit] = await on.unitsOf(staff, broken)
    await on.send(staff, 'PATCH', `/units/${unit!.id}`, { body: { status: 'MAINTENANCE' }, ifMatch: 1 })
  })
  afterAll(async () => {
    inventory.close()
    await on[Symbol.asyncDispose]()
  })

  const question = {
    type: '',
    tags: [],
    q: '',
    taken_unit_ids: [],
    free_only: true,
    limit: 20,
    page: 0,
    cursor: '',
    descending: false,
    cursor_scope: '',
  }
  type Question = Omit<Parameters<GrpcClient<'Inventory'>['findLendableResources']>[0], 'org_id'>
  const ask = (more: Partial<Question> = {}, as = staff) =>
    inventory.findLendableResources({ org_id: as.orgId, ...question, ...more })
  const names = async (more: Partial<Question> = {}) =>
    (await ask(more)).resources.map(
      ({ name, units_free, units_total }) => `${name} ${units_free}/${units_total}`,
    )
  /** The ids of units by their barcodes. */
  const units = async (...barcodes: string[]) => {
    const rows = await on.database.admin<{ id: string }>(
      'select id from resource_unit where barcode = any($1) and org_id = $2',
      [barcodes, staff.orgId],
    )
    return rows.map(({ id }) => id)
  }

  it('is by name, with counts and tags, and holds nothing that cannot be lent', async () => {
    const { resources, ...paging } = await ask()
    expect(resources).toMatchObject([
      { name: 'Camera', type: 'Kamera', tags: ['studio'], units_total: 3, units_free: 3 },
      { name: 'Neumann U87', type: 'Mikrofone', tags: ['audio', 'studio'], units_total: 2, units_free: 2 },
      { name: 'Rode NT1', type: 'Mikrofone', tags: ['audio'], units_total: 1, units_free: 1 },
    ])
    expect(paging).toEqual({ total: 3, has_next: false, next_cursor: '' })
  })

  it.each<[string, Partial<Question>, string[]]>([
    ['a type', { type: 'Kamera' }, ['Camera 3/3']],
    ['a tag', { tags: ['studio'] }, ['Camera 3/3', 'Neumann U87 2/2']],
    ['all of several tags', { tags: ['studio', 'audio'] }, ['Neumann U87 2/2']],
    ['part of a name in any case', { q: 'neuMANN' }, ['Neumann U87 2/2']],
    ['a barcode', { q: 'C-2' }, ['Camera 3/3']],
    ['words in which every character stands for itself', { q: '0%_w' }, ['Rode NT1 1/1']],
    ['all of these at once', { type: 'Mikrofone', tags: ['studio'], q: 'rode' }, []],
  ])('can be narrowed by %s', async (_, filter, expected) => {
    expect(await names(filter)).toEqual(expected)
  })

  it('takes off what is taken, and leaves out what is taken altogether if asked to', async () => {
    const taken_unit_ids = await units('N-1', 'R-1', 'C-1', 'C-2')
    expect(await names({ taken_unit_ids })).toEqual(['Camera 1/3', 'Neumann U87 1/2'])
    expect((await ask({ taken_unit_ids })).total).toBe(2)
    expect(await names({ taken_unit_ids, free_only: false })).toEqual([
      'Camera 1/3',
      'Neumann U87 1/2',
      'Rode NT1 0/1',
    ])
  })

  it('does not take off what could not be lent anyway, nor what it does not know', async () => {
    const lamp = await on.resource(staff, 'Zoom lamp', ['Z-1', 'Z-2', 'Z-3'])
    const lost = (await on.unitsOf(staff, lamp)).find(({ barcode }) => barcode === 'Z-1')!
    await on.send(staff, 'PATCH', `/units/${lost.id}`, { body: { status: 'LOST' }, ifMatch: 1 })
    const deleted = (await on.unitsOf(staff, lamp)).find(({ barcode }) => barcode === 'Z-2')!
    await on.send(staff, 'DELETE', `/units/${deleted.id}`)
    const taken_unit_ids = [lost.id, deleted.id, randomUUID()]
    expect(await names({ q: 'Zoom', taken_unit_ids })).toEqual(['Zoom lamp 1/1'])
    await on.send(staff, 'DELETE', `/resources/${lamp.id}`)
  })

  it('comes by pages and by cursors, either way round', async () => {
    const taken_unit_ids = await units('R-1')
    const first = await ask({ limit: 1, taken_unit_ids })
    expect(first).toMatchObject({ resources: [{ name: 'Camera' }], total: 2, has_next: true })
    const second = await ask({ limit: 1, taken_unit_ids, cursor: first.next_cursor })
    expect(second).toMatchObject({ resources: [{ name: 'Neumann U87' }], has_next: false, next_cursor: '' })
    expect(await names({ limit: 1, page: 2, free_only: false })).toEqual(['Neumann U87 2/2'])
    expect(await names({ limit: 2, descending: true })).toEqual(['Rode NT1 1/1', 'Neumann U87 2/2'])
  })

  it('goes on although other units are taken by then, but not with another time or filter', async () => {
    const { next_cursor: cursor } = await ask({ limit: 1, cursor_scope: 'one time' })
    const goOn = { cursor, cursor_scope: 'one time', taken_unit_ids: await units('N-1') }
    expect(await names(goOn)).toEqual(['Neumann U87 1/2', 'Rode NT1 1/1'])
    const refusal = { code: 'validation-failed', errors: [{ parameter: 'cursor' }] }
    for (const other of [{ cursor_scope: 'another time' }, { q: 'N' }, { free_only: false }]) {
      await expect(ask({ ...goOn, ...other })).rejects.toMatchObject(refusal)
    }
  })

  it('can be asked with 5,000 taken units, and no more', async () => {
    const many = Array.from({ length: 5_000 }, () => randomUUID())
    expect((await ask({ taken_unit_ids: many })).total).toBe(3)
    await expect(ask({ taken_unit_ids: [...many, randomUUID()] })).rejects.toMatchObject({
      code: 'validation-failed',
    })
  })

  it('is nothing of another organisation', async () => {
    const elsewhere = on.person('staff')
    expect(await ask({}, elsewhere)).toMatchObject({ resources: [], total: 0 })
    await on.resource(elsewhere, 'Ours', ['N-1'])
    const taken_unit_ids = await units('N-1')
    expect((await ask({ taken_unit_ids }, elsewhere)).resources).toMatchObject([
      { name: 'Ours', units_free: 1 },
    ])
  })
})
