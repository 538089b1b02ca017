import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { statementSigner } from '@kitroom/access-token'
import { type GrpcClient, grpcClient } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

describe('what booking asks of the inventory', () => {
  let on: InventorySystem
  let staff: Person
  let inventory: GrpcClient<'Inventory'>
  const logger = createLogger({ service: 'booking', level: 'silent' })

  const clientOf = (service: 'booking' | 'gateway', key = service) =>
    grpcClient('Inventory', {
      address: on.grpcAddress,
      statements: statementSigner({
        service,
        privateJwk: { ...on.identity.privateJwk(key), kid: `${service}:1` },
      }),
      logger,
      timeoutMs: 10_000,
    })

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
    inventory = clientOf('booking')
  })
  afterAll(async () => {
    inventory.close()
    await on[Symbol.asyncDispose]()
  })

  it('is told of units whether they can be lent; unknown, deleted and foreign ones are absent', async () => {
    const { id } = await on.resource(staff, 'Neumann U87', ['L-1', 'L-2', 'L-3'])
    const [first, second, third] = await on.unitsOf(staff, { id })
    await on.send(staff, 'PATCH', `/units/${second!.id}`, { body: { status: 'MAINTENANCE' }, ifMatch: 1 })
    await on.send(staff, 'DELETE', `/units/${third!.id}`)
    const unit_ids = [first!.id, second!.id, third!.id, randomUUID()]
    const { units } = await inventory.batchGetUnits({ org_id: staff.orgId, unit_ids })
    const common = { resource_id: id, resource_name: 'Neumann U87', resource_type: 'Mikrofone' }
    expect(units.toSorted((a, b) => (a.barcode < b.barcode ? -1 : 1))).toEqual([
      { id: first!.id, barcode: 'L-1', status: 'AVAILABLE', lendable: true, ...common },
      { id: second!.id, barcode: 'L-2', status: 'MAINTENANCE', lendable: false, ...common },
    ])
    expect(await inventory.batchGetUnits({ org_id: randomUUID(), unit_ids })).toEqual({ units: [] })
  })

  it('is told the lendable units of resources named themselves or by one of their units, each once and sorted', async () => {
    const camera = await on.resource(staff, 'Camera', ['CAM-1', 'CAM-2', 'CAM-3'])
    const light = await on.resource(staff, 'Light', ['LI-1'], { status: 'DISABLED' })
    const gone = await on.resource(staff, 'Gone', ['GO-1'])
    const units = await on.unitsOf(staff, camera)
    await on.send(staff, 'PATCH', `/units/${units[0]!.id}`, { body: { status: 'LOST' }, ifMatch: 1 })
    await on.send(staff, 'DELETE', `/resources/${gone.id}`)
    const [lamp] = await on.unitsOf(staff, light)
    const { resources } = await inventory.listLendableUnits({
      org_id: staff.orgId,
      resource_ids: [camera.id, gone.id, randomUUID()],
      unit_ids: [units[0]!.id, lamp!.id],
    })
    expect(new Map(resources.map((resource) => [resource.resource_id, resource]))).toEqual(
      new Map([
        [
          camera.id,
          {
            resource_id: camera.id,
            name: 'Camera',
            type: 'Mikrofone',
            lendable: true,
            unit_ids: [units[1]!.id, units[2]!.id].toSorted(),
          },
        ],
        [
          light.id,
          { resource_id: light.id, name: 'Light', type: 'Mikrofone', lendable: false, unit_ids: [] },
        ],
      ]),
    )
  })

  it('is told all resources of the organisation by id, in as many messages as it takes', async () => {
    const other = on.person('staff', randomUUID())
    const name = 'ü'.repeat(200)
    const lost = await on.resource(other, 'Lamp', ['A', 'B', 'C', 'D'])
    const [first, second, third] = await on.unitsOf(other, lost)
    await on.send(other, 'PATCH', `/units/${first!.id}`, { body: { status: 'LOST' }, ifMatch: 1 })
    await on.send(other, 'PATCH', `/units/${second!.id}`, { body: { status: 'MAINTENANCE' }, ifMatch: 1 })
    await on.send(other, 'DELETE', `/units/${third!.id}`)
    const gone = await on.resource(other, 'Gone', [])
    await on.send(other, 'DELETE', `/resources/${gone.id}`)
    const all = { org_id: other.orgId, after_id: '', resource_ids: [] }
    const type = 'Mikrofone'
    const few = [
      { resource_id: lost.id, name: 'Lamp', type, units: 2, deleted: false },
      { resource_id: gone.id, name: 'Gone', type, units: 0, deleted: true },
    ]
    expect(await inventory.listResources(all)).toEqual({ resources: few, has_next: false })
    expect(await inventory.listResources({ ...all, after_id: lost.id })).toEqual({
      resources: few.slice(1),
      has_next: false,
    })
    expect(await inventory.listResources({ ...all, resource_ids: [gone.id, randomUUID()] })).toEqual({
      resources: few.slice(1),
      has_next: false,
    })

    await on.database.admin(
      `insert into resource (org_id, id, type, name, status, units_total, units_available, created_at, updated_at)
       select $1, gen_random_uuid(), 'T', $2, 'AVAILABLE', 0, 0, now(), now() from generate_series(1, 500)`,
      [other.orgId, name],
    )
    const told: string[] = []
    let messages = 0
    for (let after = ''; ; messages++) {
      const { resources, has_next } = await inventory.listResources({ ...all, after_id: after })
      told.push(...resources.map(({ resource_id }) => resource_id))
      after = told.at(-1) ?? ''
      if (!has_next) break
    }
    expect([told.length, new Set(told).size, messages]).toEqual([502, 502, 1])
    expect(told).toEqual(told.toSorted())
    await expect(inventory.listResources({ ...all, after_id: 'x' })).rejects.toMatchObject({
      code: 'validation-failed',
    })
  })

  it('must be asked with ids, at most a hundred', async () => {
    const org_id = staff.orgId
    const refusal = { code: 'validation-failed' }
    await expect(inventory.batchGetUnits({ org_id, unit_ids: ['x'] })).rejects.toMatchObject(refusal)
    await expect(inventory.batchGetUnits({ org_id: '', unit_ids: [] })).rejects.toMatchObject(refusal)
    const many = Array.from({ length: 101 }, () => randomUUID())
    await expect(inventory.batchGetUnits({ org_id, unit_ids: many })).rejects.toMatchObject(refusal)
    await expect(
      inventory.listLendableUnits({ org_id, resource_ids: many, unit_ids: [] }),
    ).rejects.toMatchObject(refusal)
  })

  it('is not told to somebody who signs in another’s name', async () => {
    const impostor = clientOf('booking', 'gateway')
    try {
      await expect(impostor.batchGetUnits({ org_id: staff.orgId, unit_ids: [] })).rejects.toMatchObject({
        code: 'dependency-unavailable',
        cause: { details: 'A valid statement of a service is required.' },
      })
    } finally {
      impostor.close()
    }
  })
})
