import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource, ResourceUnit } from '@kitroom/contracts'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

describe('a resource', () => {
  let on: InventorySystem
  let staff: Person
  let student: Person

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
    student = on.person('student', staff.orgId)
  })
  afterAll(() => on[Symbol.asyncDispose]())

  const get = (id: string, as = student, query = '') =>
    on.send<Resource>(as, 'GET', `/resources/${id}${query}`)

  it('is made with its tags and units, and read as it was made', async () => {
    const made = await on.send<Resource>(staff, 'POST', '/resources', {
      body: {
        type: 'Mikrofone',
        name: 'Neumann U87',
        description: 'Large diaphragm',
        tags: ['studio', 'Gesang'],
        units: [
          { barcode: 'R-1', serial_number: 'SN 1' },
          { barcode: 'R-2', status: 'MAINTENANCE' },
        ],
      },
    })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/resources/${made.body.id}`)
    expect(made.headers.get('etag')).toBe('"1"')
    expect(made.body).toMatchObject({
      org_id: staff.orgId,
      serial_number: null,
      status: 'AVAILABLE',
      tags: ['Gesang', 'studio'],
      units_total: 2,
      units_available: 1,
      version: 1,
      deleted_at: null,
    })
    const read = await get(made.body.id)
    expect(read.body).toEqual(made.body)
    expect(read.headers.get('etag')).toBe('"1"')
    const again = await on.send(student, 'GET', `/resources/${made.body.id}`, {
      headers: { 'If-None-Match': '"1"' },
    })
    expect(again.status).toBe(304)
    expect(await on.unitsOf(student, made.body)).toMatchObject([
      { barcode: 'R-1', serial_number: 'SN 1', condition: 'GOOD', status: 'AVAILABLE' },
      { barcode: 'R-2', serial_number: null, status: 'MAINTENANCE' },
    ])
    expect(await on.actionsOn(made.body.id)).toEqual(['CREATE'])
  })

  it('is made once for one Idempotency-Key', async () => {
    const wish = { body: { type: 'T', name: 'Once' }, headers: { 'Idempotency-Key': 'make-once' } }
    const first = await on.send<Resource>(staff, 'POST', '/resources', wish)
    const second = await on.send<Resource>(staff, 'POST', '/resources', wish)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await on.list(student, 'q=Once')).total).toBe(1)
  })

  it('is not made at all when one of its barcodes is taken', async () => {
    await on.resource(staff, 'Owner', ['TAKEN-1'])
    const refused = await on.send(staff, 'POST', '/resources', {
      body: {
        type: 'T',
        name: 'Loser',
        tags: ['loser'],
        units: [{ barcode: 'FREE-1' }, { barcode: 'TAKEN-1' }],
      },
    })
    expect(refused).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    expect(refused.body.detail).toContain('TAKEN-1')
    expect((await on.list(student, 'q=Loser')).total).toBe(0)
    expect((await on.tags(student)).map(({ name }) => name)).not.toContain('loser')
  })

  it('is changed by staff who have seen its version, and keeps what the change does not name', async () => {
    const { id } = await on.resource(staff, 'Canon C70', ['C-1'], { description: 'Camera', tags: ['video'] })
    const path = `/resources/${id}`
    const body = { name: 'Canon C70 II', tags: ['film', 'video'], status: 'MAINTENANCE' }
    expect(await on.send(staff, 'PATCH', path, { body })).toMatchObject({
      status: 428,
      body: { code: 'if-match-required' },
    })
    expect(await on.send(student, 'PATCH', path, { body, ifMatch: 1 })).toMatchObject({ status: 403 })
    const changed = await on.send<Resource>(staff, 'PATCH', path, { body, ifMatch: 1 })
    expect(changed).toMatchObject({ status: 200, body: { ...body, description: 'Camera', version: 2 } })
    expect(changed.headers.get('etag')).toBe('"2"')
    expect(await on.send(staff, 'PATCH', path, { body, ifMatch: 1 })).toMatchObject({
      status: 412,
      body: { code: 'version-mismatch' },
    })
    expect((await get(id)).body).toEqual(changed.body)
    expect(await on.actionsOn(id)).toEqual(['CREATE', 'STATUS_CHANGE'])
  })

  it('raises its version when only its tags change', async () => {
    const { id } = await on.resource(staff, 'Tagged', [], { tags: ['a'] })
    const changed = await on.send<Resource>(staff, 'PATCH', `/resources/${id}`, {
      body: { tags: [] },
      ifMatch: 1,
    })
    expect(changed.body).toMatchObject({ tags: [], version: 2 })
    expect((await get(id)).body).toMatchObject({ tags: [], version: 2 })
  })

  it('goes with its units and comes back with those that went with it', async () => {
    const { id } = await on.resource(staff, 'Going', ['G-1', 'G-2', 'G-3'])
    const [first, second] = await on.unitsOf(staff, { id })
    await on.send(staff, 'DELETE', `/units/${first!.id}`)
    expect(await on.send(staff, 'DELETE', `/resources/${id}`, { ifMatch: 1 })).toMatchObject({ status: 412 })
    expect((await on.send(staff, 'DELETE', `/resources/${id}`)).status).toBe(204)
    expect((await on.send(staff, 'DELETE', `/resources/${id}`)).status).toBe(404)

    expect((await get(id)).status).toBe(404)
    expect(
      (await on.send(staff, 'PATCH', `/resources/${id}`, { body: { name: 'x' }, ifMatch: '*' })).status,
    ).toBe(404)
    expect((await get(`${id}/units`)).status).toBe(404)
    expect((await on.send(student, 'GET', `/units/${second!.id}`)).status).toBe(404)
    expect((await get(id, student, '?include_deleted=true')).status).toBe(403)
    const seen = (await get(id, staff, '?include_deleted=true')).body
    expect(seen).toMatchObject({ units_total: 0, version: 3 })
    expect(seen.deleted_at).not.toBeNull()

    expect((await on.send(staff, 'POST', `/resources/${id}/restore`, { ifMatch: 1 })).status).toBe(412)
    const restored = await on.send<Resource>(staff, 'POST', `/resources/${id}/restore`)
    expect(restored).toMatchObject({
      status: 200,
      body: { deleted_at: null, units_total: 2, units_available: 2 },
    })
    expect((await on.unitsOf(student, { id })).map(({ barcode }) => barcode)).toEqual(['G-2', 'G-3'])
    expect(await on.send(staff, 'POST', `/resources/${id}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'invalid-transition' },
    })
    expect(await on.actionsOn(id)).toEqual(['CREATE', 'UPDATE', 'SOFT_DELETE', 'RESTORE'])
    expect(await on.actionsOn(second!.id)).toEqual(['CREATE', 'SOFT_DELETE', 'RESTORE'])
    expect(await on.actionsOn(first!.id)).toEqual(['CREATE', 'SOFT_DELETE'])
  })

  it('does not come back while another unit carries one of its barcodes', async () => {
    const { id } = await on.resource(staff, 'First owner', ['DUP-1'])
    await on.send(staff, 'DELETE', `/resources/${id}`)
    const { id: other } = await on.resource(staff, 'Second owner', ['DUP-1'])
    const refused = await on.send(staff, 'POST', `/resources/${id}/restore`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    await on.send(staff, 'DELETE', `/resources/${other}`)
    expect((await on.send(staff, 'POST', `/resources/${id}/restore`)).status).toBe(200)
  })

  it('tells neighbours what they need when it is withdrawn', async () => {
    const { id } = await on.resource(staff, 'Withdrawn', ['W-1'])
    await on.send(staff, 'DELETE', `/resources/${id}`)
    const events = await on.database.admin<{
      subject: string
      data: { before: Resource; after: ResourceUnit }
    }>(
      `select subject, payload::json->'data' as data from outbox where payload like '%' || $1 || '%' order by seq`,
      [id],
    )
    expect(events.map(({ subject }) => subject)).toEqual([
      'kitroom.inventory.resource.create',
      'kitroom.inventory.resource-unit.create',
      'kitroom.inventory.resource.soft-delete',
      'kitroom.inventory.resource-unit.soft-delete',
    ])
    expect(events[3]?.data).toMatchObject({
      before: { org_id: staff.orgId, deleted_at: null, version: 1 },
      after: { resource_id: id, status: 'AVAILABLE', version: 2, deleted_at: expect.any(String) },
    })
  })

  it.each([
    [{ name: 'no type' }],
    [{ type: 'T', name: 'x'.repeat(201) }],
    [{ type: 'T', name: 'nul \0' }],
    [{ type: 'T', name: 'x', status: 'LOST' }],
    [{ type: 'T', name: 'x', org_id: 'me' }],
    [{ type: 'T', name: 'x', tags: ['a', 'a'] }],
    [{ type: 'T', name: 'x', units: [{ barcode: '1' }, { barcode: '1' }] }],
  ])('is not made from %j', async (body) => {
    expect(await on.send(staff, 'POST', '/resources', { body })).toMatchObject({
      status: 400,
      body: { code: 'validation-failed' },
    })
  })
})
