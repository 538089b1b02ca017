import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource, ResourceUnit } from '@kitroom/contracts'

import { type InventorySystem, inventorySystem, type ListOf, type Person } from './inventory-system.ts'

describe('a unit', () => {
  let on: InventorySystem
  let staff: Person
  let student: Person
  let resource: Resource

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
    student = on.person('student', staff.orgId)
    resource = await on.resource(staff, 'Neumann U87')
  })
  afterAll(() => on[Symbol.asyncDispose]())

  const home = async () => (await on.send<Resource>(student, 'GET', `/resources/${resource.id}`)).body
  const add = (barcode: string, more = {}) =>
    on.send<ResourceUnit>(staff, 'POST', `/resources/${resource.id}/units`, { body: { barcode, ...more } })

  it('is added to a resource, whose counts and version rise', async () => {
    const before = await home()
    const added = await add('U-1', { condition: 'NEW', serial_number: 'S1' })
    expect(added.status).toBe(201)
    expect(added.headers.get('location')).toBe(`/units/${added.body.id}`)
    expect(added.body).toMatchObject({
      org_id: staff.orgId,
      resource_id: resource.id,
      barcode: 'U-1',
      serial_number: 'S1',
      condition: 'NEW',
      status: 'AVAILABLE',
      version: 1,
      deleted_at: null,
    })
    const read = await on.send<ResourceUnit>(student, 'GET', `/units/${added.body.id}`)
    expect(read.body).toEqual(added.body)
    expect(read.headers.get('etag')).toBe('"1"')
    expect(await home()).toMatchObject({
      units_total: before.units_total + 1,
      units_available: before.units_available + 1,
      version: before.version + 1,
    })
  })

  it('has a barcode of its own in the organisation, on whatever resource, and another organisation’s does not matter', async () => {
    await add('SAME')
    expect(await add('SAME')).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    const second = await on.resource(staff, 'Other', ['OTHER-1'])
    const [unit] = await on.unitsOf(staff, second)
    expect(
      await on.send(staff, 'PATCH', `/units/${unit!.id}`, { body: { barcode: 'SAME' }, ifMatch: 1 }),
    ).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    await expect(on.resource(on.person('staff'), 'Elsewhere', ['SAME'])).resolves.toMatchObject({
      units_total: 1,
    })
  })

  it('changes the counts of its resource with its status, and leaves its version alone otherwise', async () => {
    const { body: unit } = await add('STATE')
    const before = await home()
    const path = `/units/${unit.id}`
    expect((await on.send(staff, 'PATCH', path, { body: { status: 'LOST' } })).status).toBe(428)
    const lost = await on.send<ResourceUnit>(staff, 'PATCH', path, { body: { status: 'LOST' }, ifMatch: 1 })
    expect(lost).toMatchObject({ status: 200, body: { status: 'LOST', version: 2 } })
    expect(await home()).toMatchObject({
      units_total: before.units_total,
      units_available: before.units_available - 1,
      version: before.version + 1,
    })
    await on.send(staff, 'PATCH', path, { body: { condition: 'WORN', serial_number: null }, ifMatch: 2 })
    expect((await home()).version).toBe(before.version + 1)
    expect(await on.actionsOn(unit.id)).toEqual(['CREATE', 'STATUS_CHANGE', 'UPDATE'])
  })

  it('is deleted once, is gone for everybody but staff who ask, frees its barcode, and is restored once', async () => {
    const { body: unit } = await add('DEL')
    const path = `/units/${unit.id}`
    const before = await home()
    expect((await on.send(staff, 'DELETE', path, { ifMatch: 7 })).status).toBe(412)
    expect((await on.send(student, 'DELETE', path)).status).toBe(403)
    expect((await on.send(staff, 'DELETE', path, { ifMatch: 1 })).status).toBe(204)
    expect((await on.send(staff, 'DELETE', path)).status).toBe(404)
    expect((await on.send(student, 'GET', path)).status).toBe(404)
    expect((await on.send(student, 'GET', `${path}?include_deleted=true`)).status).toBe(403)
    expect((await on.send(staff, 'GET', `${path}?include_deleted=true`)).body).toMatchObject({ version: 2 })
    expect(await home()).toMatchObject({ units_total: before.units_total - 1, version: before.version + 1 })

    const { body: successor } = await add('DEL')
    expect(await on.send(staff, 'POST', `${path}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    })
    await on.send(staff, 'DELETE', `/units/${successor.id}`)
    expect((await on.send(staff, 'POST', `${path}/restore`, { ifMatch: 1 })).status).toBe(412)
    expect(await on.send<ResourceUnit>(staff, 'POST', `${path}/restore`, { ifMatch: 2 })).toMatchObject({
      status: 200,
      body: { deleted_at: null, version: 3 },
    })
    expect(await on.send(staff, 'POST', `${path}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'invalid-transition' },
    })
    expect(await home()).toMatchObject({ units_total: before.units_total })
  })

  it('does not come back to a deleted resource', async () => {
    const { id } = await on.resource(staff, 'Short-lived', ['SL-1'])
    const [unit] = await on.unitsOf(staff, { id })
    await on.send(staff, 'DELETE', `/resources/${id}`)
    expect(await on.send(staff, 'POST', `/units/${unit!.id}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'resource-withdrawn' },
    })
    expect(
      (await on.send(staff, 'POST', `/resources/${id}/units`, { body: { barcode: 'SL-2' } })).status,
    ).toBe(404)
  })

  it('is found by its barcode as a scanner asks, by staff only', async () => {
    await add('Scan/5 %')
    const path = `/units?barcode=${encodeURIComponent('Scan/5 %')}`
    expect((await on.send<ListOf<ResourceUnit>>(staff, 'GET', path)).body).toMatchObject({
      total: 1,
      data: [{ barcode: 'Scan/5 %' }],
    })
    expect((await on.send<ListOf<ResourceUnit>>(staff, 'GET', '/units?barcode=scan')).body.data).toEqual([])
    expect((await on.send(student, 'GET', path)).status).toBe(403)
    expect((await on.send(staff, 'GET', '/units')).status).toBe(400)
  })

  it('is listed under its resource by status and in the order of barcodes', async () => {
    const { id } = await on.resource(staff, 'Listed', ['L-3', 'L-1', 'L-2'])
    const [first] = await on.unitsOf(staff, { id })
    await on.send(staff, 'PATCH', `/units/${first!.id}`, { body: { status: 'RETIRED' }, ifMatch: 1 })
    const list = async (query: string) =>
      (await on.send<ListOf<ResourceUnit>>(student, 'GET', `/resources/${id}/units?${query}`)).body
    expect((await list('')).data.map(({ barcode }) => barcode)).toEqual(['L-1', 'L-2', 'L-3'])
    expect((await list('sort=-barcode&limit=2')).data.map(({ barcode }) => barcode)).toEqual(['L-3', 'L-2'])
    expect((await list('status=RETIRED')).data.map(({ barcode }) => barcode)).toEqual(['L-1'])
    expect((await list('status=RETIRED&status=AVAILABLE')).total).toBe(3)
  })

  it.each([
    ['GET', '/resources/ID'],
    ['GET', '/resources/ID/units'],
    ['GET', '/units/ID'],
    ['PATCH', '/units/ID'],
    ['DELETE', '/units/ID'],
    ['POST', '/units/ID/restore'],
    ['POST', '/resources/ID/restore'],
    ['DELETE', '/resources/ID'],
    ['DELETE', '/tags/ID'],
  ])('answers 404 to %s %s for an id nobody has', async (method, path) => {
    const body = method === 'PATCH' ? { body: { barcode: 'x' }, ifMatch: 1 } : {}
    expect(await on.send(staff, method, path.replace('ID', randomUUID()), body)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    })
  })
})
