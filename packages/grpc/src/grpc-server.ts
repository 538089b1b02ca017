import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { ReflectionService } from '@grpc/reflection'
import type { StatementVerifier } from '@kitroom/access-token'
import { HealthImplementation } from 'grpc-health-check'

import { MESSAGE_LIMITS, SERVER_OPTIONS } from './channel-options.ts'
import type { Log } from './log.ts'
import { healthPackage, packageOf, type Wire, wireOf } from './protos.ts'
import {
  fullName,
  type MethodName,
  OFFERED_BY,
  type OfferedBy,
  type Owner,
  type RequestOf,
  type ResponseOf,
  type RpcService,
} from './rpc-services.ts'
import { type RpcCall, unaryMethod, UNREADABLE } from './unary-method.ts'

/** An async function for each method of a gRPC service; throws Failure to refuse. */
export type Implementation<Name extends RpcService> = {
  [M in MethodName<Name>]: (request: RequestOf<Name, M>, call: RpcCall) => Promise<ResponseOf<Name, M>>
}

export interface GrpcServerOptions<Service extends Owner> {
  service: Service
  /** Everything the service's .proto file offers. */
  implementations: { [Name in OfferedBy<Service>]: Implementation<Name> }
  /** Verifies who calls; its `issuers` decide which services may. */
  statements: StatementVerifier
  logger: Log
}

export interface GrpcServer {
  /** @returns the port listened on; port 0 lets the system choose */
  listen(port: number, host: string): Promise<number>
  /** What the health service answers, for the whole server and each service of it. */
  setServing(serving: boolean): void
  /** Says NOT_SERVING, lets running calls finish for up to five seconds, then cuts them off. */
  close(): Promise<void>
}

const CLOSE_MS = 5_000

/**
 * A gRPC server with health and reflection. Every method of ours needs a statement; health and reflection do not: probes
 * carry no credential, and neither tells more than the .proto files and whether the process is up.
 */
export function grpcServer<const Service extends Owner>(options: GrpcServerOptions<Service>): GrpcServer {
  const server = new Server({ ...MESSAGE_LIMITS, ...SERVER_OPTIONS })
  const names = Object.keys(OFFERED_BY)
    .filter(isRpcService)
    .filter((name) => OFFERED_BY[name] === options.service)
  const handlers = new Map<string, object>(Object.entries(options.implementations))
  for (const name of names) {
    server.addService(forgiving(wireOf(name)), methodsOf(name, handlers.get(name), options))
  }
  const health = new HealthImplementation()
  const setServing = (serving: boolean) => {
    for (const name of ['', ...names.map(fullName)])
      health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING')
  }
  setServing(false)
  health.addToServer(server)
  // A client that knows only the address can ask for the health too.
  new ReflectionService({ ...packageOf(options.service), ...healthPackage() }).addToServer(server)

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
        server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
          if (error) reject(error)
          else resolve(boundPort)
        })
      }),
    setServing,
    close: () =>
      new Promise((resolve) => {
        setServing(false)
        const cutOff = setTimeout(() => server.forceShutdown(), CLOSE_MS)
        server.tryShutdown(() => {
          clearTimeout(cutOff)
          resolve()
        })
      }),
  }
}

const isRpcService = (name: string): name is RpcService => Object.hasOwn(OFFERED_BY, name)

/** Lets a request that is no protobuf reach the method, which refuses it: grpc-js would call it a fault of ours. */
function forgiving(wire: Wire): Wire {
  return Object.fromEntries(
    Object.entries(wire).map(([name, method]) => {
      const requestDeserialize = (bytes: Buffer): object => {
        try {
          return method.requestDeserialize(bytes)
        } catch {
          return UNREADABLE
        }
      }
      return [name, { ...method, requestDeserialize }]
    }),
  )
}

function methodsOf(
  name: RpcService,
  implementation: object | undefined,
  { statements, logger }: Pick<GrpcServerOptions<Owner>, 'statements' | 'logger'>,
): UntypedServiceImplementation {
  const functions = new Map<string, unknown>(Object.entries(implementation ?? {}))
  return Object.fromEntries(
    Object.entries(wireOf(name)).map(([method, { path }]) => {
      const handle = functions.get(method.charAt(0).toLowerCase() + method.slice(1))
      if (!isHandler(handle)) throw new Error(`${name} lacks ${method}`)
      return [method, unaryMethod(path, handle, statements, logger)]
    }),
  )
}

/** The types of GrpcServerOptions have checked the arguments; here they only have to be functions. */
const isHandler = (value: unknown): value is (request: object, call: RpcCall) => Promise<object> =>
  typeof value === 'function'
