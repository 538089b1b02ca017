import { connect } from 'node:http2'
import { gzipSync } from 'node:zlib'

import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
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
      { deadline: Date.now() + 15_000 },
      (error, response) => resolve(error ?? response ?? Buffer.alloc(0)),
    )
  })
}

/** A message that is compressed already, as no gRPC client lets one send it; gives the status. */
function compressed(address: string, token: string, message: Buffer): Promise<string> {
  const session = connect(`http://${address}`)
  open.push(session)
  const frame = Buffer.alloc(5)
  frame.writeUInt8(1, 0)
  frame.writeUInt32BE(message.length, 1)
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': BATCH_GET_UNITS,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-encoding': 'gzip',
      'kitroom-statement': token,
    })
    const read = (headers: object) => {
      const code = (headers as Record<string, string>)['grpc-status']
      if (code !== undefined) resolve(code)
    }
    stream.on('response', read).on('trailers', read).on('error', reject).resume()
    stream.end(Buffer.concat([frame, message]))
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

  describe('that is sent what no client of ours sends', () => {
    const FILE = 5 * 1024 * 1024
    /** A field of the request that holds so many bytes. */
    const field = (bytes: number) => {
      const length = [bytes & 127, (bytes >> 7) & 127, (bytes >> 14) & 127, bytes >> 21]
      const last = length.findLastIndex((byte) => byte > 0)
      const varint = length.slice(0, last + 1).map((byte, at) => (at < last ? byte | 128 : byte))
      return Buffer.concat([Buffer.from([0x0a, ...varint]), Buffer.alloc(bytes, 'x')])
    }
    const bomb = gzipSync(field(FILE))

    it.each([
      ['no protobuf', 'INVALID_ARGUMENT', Buffer.from([0x0a, 0xff, 0xff, 0xff])],
      ['fields of other types', 'INVALID_ARGUMENT', Buffer.from([0x08, 0x01, 0x10, 0x01])],
      ['five megabytes', 'RESOURCE_EXHAUSTED', field(FILE)],
      ['a little more than 256 KiB', 'RESOURCE_EXHAUSTED', field(256 * 1024)],
    ])('refuses %s as %s, and goes on', async (_, code, bytes) => {
      const { address } = await inventory()
      const metadata = withStatement(await signers.booking.sign('inventory', {}))
      const answer = await raw(address, BATCH_GET_UNITS, bytes, metadata)
      expect(answer).toMatchObject({ code: status[code as keyof typeof status] })
      expect((answer as ServiceError).details).not.toMatch(/node_modules|\.js|\bat \w/)
      expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), metadata)).toBeInstanceOf(Buffer)
    })

    it('refuses five megabytes compressed to almost nothing, and goes on', async () => {
      expect(bomb.length).toBeLessThan(10_000)
      const { address } = await inventory()
      const token = await signers.booking.sign('inventory', {})
      expect(await compressed(address, token, bomb)).toBe(`${status.RESOURCE_EXHAUSTED}`)
      expect(await raw(address, BATCH_GET_UNITS, Buffer.alloc(0), withStatement(token))).toBeInstanceOf(
        Buffer,
      )
    })
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
