import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from '@jest/globals'
import { protoPath } from 'grpc-health-check'

import { staleFiles } from '../codegen.ts'
import { client, inventoryServer, signers } from './world.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** A call as any gRPC client would make it: bytes and metadata. */
function raw(
  address: string,
  path: string,
  request: Buffer,
  metadata = new Metadata(),
): Promise<Buffer | ServiceError> {
  const stub = new Client(address, credentials.createInsecure())
  open.push(stub)
  const same = (bytes: Buffer) => bytes
  return new Promise((resolve) => {
    stub.makeUnaryRequest(
      path,
      same,
      same,
      request,
      metadata,
      { deadline: Date.now() + 2_000 },
      (error, response) => resolve(error ?? response ?? Buffer.alloc(0)),
    )
  })
}

const BATCH_GET_UNITS = '/kitroom.inventory.v1.Inventory/BatchGetUnits'
const HEALTH = '/grpc.health.v1.Health/Check'
/** HealthCheckRequest and HealthCheckResponse, each with their only field. */
const healthOf = (service: string) =>
  Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)])
const [SERVING, NOT_SERVING] = [Buffer.from([0x08, 1]), Buffer.from([0x08, 2])]

async function inventory() {
  const server = await inventoryServer({ batchGetUnits: async () => ({ units: [] }) })
  open.push(server)
  return server
}

const withStatement = (...tokens: string[]) => {
  const metadata = new Metadata()
  for (const token of tokens) metadata.add('kitroom-statement', token)
  return metadata
}

describe('a gRPC server', () => {
  it('refuses a call without a statement', async () => {
    const { address } = await inventory()
    expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0))).toMatchObject({ code: 16 })
  })

  it.each([
    ['made-up', () => 'e30.e30.e30'],
    ['meant for another service', () => signers.booking.sign('audit', {})],
    ['of a service that may not call', () => signers.gateway.sign('inventory', {})],
  ])('refuses a statement that is %s', async (_name, token) => {
    const { address } = await inventory()
    const metadata = withStatement(await token())
    expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), metadata)).toMatchObject({ code: 16 })
  })

  it('refuses two statements, even if both are good', async () => {
    const { address } = await inventory()
    const token = await signers.booking.sign('inventory', {})
    expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), withStatement(token, token))).toMatchObject({
      code: 16,
    })
    expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), withStatement(token))).toBeInstanceOf(Buffer)
  })

  it('lets a service that speaks for a member ask about the member’s organisation only', async () => {
    const { address } = await inventory()
    const { batchGetUnits, close } = client('Inventory', address)
    open.push({ close })
    const [ours, theirs] = ['0194aaaa-7c00-7000-8000-00000000000a', '0194bbbb-7c00-7000-8000-00000000000b']
    const member = { orgId: ours, roles: ['admin' as const] }
    const ask = (org_id: string) => batchGetUnits({ org_id, unit_ids: [] }, { statement: { member } })
    expect(await ask(ours)).toEqual({ units: [] })
    expect(await ask(ours.toUpperCase())).toEqual({ units: [] })
    for (const other of [theirs, '']) await expect(ask(other)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await batchGetUnits({ org_id: theirs, unit_ids: [] })).toEqual({ units: [] })
  })

  it('survives what is no protobuf', async () => {
    const { address } = await inventory()
    const metadata = withStatement(await signers.booking.sign('inventory', {}))
    const garbage = await raw(address, BATCH_GET_UNITS, Buffer.from([0x0a, 0xff, 0xff, 0xff]), metadata)
    expect(garbage).toBeInstanceOf(Error)
    expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), metadata)).toBeInstanceOf(Buffer)
  })

  it('says whether it serves, to anyone, for itself and each service', async () => {
    const server = await inventory()
    for (const name of ['', 'kitroom.inventory.v1.Inventory']) {
      expect(await raw(server.address, HEALTH, healthOf(name))).toEqual(SERVING)
    }
    server.setServing(false)
    expect(await raw(server.address, HEALTH, healthOf(''))).toEqual(NOT_SERVING)
    expect(await raw(server.address, HEALTH, healthOf('unknown'))).toMatchObject({ code: 5 })
    expect(protoPath).toContain('health')
  })

  it('tells its services by reflection', async () => {
    const { address } = await inventory()
    const stub = new Client(address, credentials.createInsecure())
    open.push(stub)
    const same = (bytes: Buffer) => bytes
    const call = stub.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      same,
      same,
    )
    // list_services = ""
    call.write(Buffer.from([0x3a, 0x00]))
    const answer = await new Promise<Buffer>((resolve, reject) =>
      call.on('data', resolve).on('error', reject),
    )
    call.cancel()
    for (const name of ['kitroom.inventory.v1.Inventory', 'grpc.health.v1.Health']) {
      expect(answer.toString('latin1')).toContain(name)
    }
  })

  it('lets running calls finish when it closes', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await inventoryServer({
      batchGetUnits: async () => {
        arrived.resolve()
        await new Promise((resolve) => setTimeout(resolve, 300))
        return { units: [] }
      },
    })
    const units = client('Inventory', server.address)
    open.push(units)
    const call = units.batchGetUnits({ org_id: 'org-1', unit_ids: [] })
    await arrived.promise
    const closed = server.close()
    expect(await call).toEqual({ units: [] })
    await closed
  })
})

describe('the generated types', () => {
  it('are what proto/ says', () => {
    expect(staleFiles()).toEqual([])
  })
})
