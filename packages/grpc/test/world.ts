import { generateSigningKey, publicPart, statementSigner, statementVerifier } from '@kitroom/access-token'

import type { GrpcClientOptions } from '../src/grpc-client.ts'
import { grpcClient, grpcServer, type Implementation, type RpcService } from '../src/index.ts'

export type Line = [level: string, fields: Record<string, unknown>, message: string]

export function recordingLog() {
  const lines: Line[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push([level, { ...fields }, message])
  return { lines, logger: { info: write('info'), warn: write('warn'), error: write('error') } }
}

const [booking, stranger] = await Promise.all([
  generateSigningKey('booking:1'),
  generateSigningKey('gateway:1'),
])
const publicJwks = { keys: [publicPart(booking), publicPart(stranger)] }

/** Booking speaks to inventory; the gateway, though known, may not. */
export const signers = {
  booking: statementSigner({ service: 'booking', privateJwk: booking }),
  gateway: statementSigner({ service: 'gateway', privateJwk: stranger }),
}

const refuseAll: Implementation<'Inventory'> = {
  batchGetUnits: () => Promise.reject(new Error('not expected')),
  listLendableUnits: () => Promise.reject(new Error('not expected')),
  listResources: () => Promise.reject(new Error('not expected')),
  findLendableResources: () => Promise.reject(new Error('not expected')),
}

/** A real inventory server on a free port. */
export async function inventoryServer(implementation: Partial<Implementation<'Inventory'>>, port = 0) {
  const { lines, logger } = recordingLog()
  const server = grpcServer({
    service: 'inventory',
    implementations: { Inventory: { ...refuseAll, ...implementation } },
    statements: statementVerifier({ audience: 'inventory', publicJwks, issuers: ['booking'] }),
    logger,
  })
  const boundPort = await server.listen(port, '127.0.0.1')
  server.setServing(true)
  return { ...server, port: boundPort, address: `127.0.0.1:${boundPort}`, lines }
}

export function client<const Name extends RpcService>(
  name: Name,
  address: string,
  options: Partial<GrpcClientOptions> = {},
) {
  const { lines, logger } = recordingLog()
  return { ...grpcClient(name, { address, statements: signers.booking, logger, ...options }), lines }
}
