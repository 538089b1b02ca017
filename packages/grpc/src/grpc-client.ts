import { randomUUID } from 'node:crypto'

import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { IdempotencyLevel } from '@grpc/proto-loader'
import { type Statement, STATEMENT_METADATA, type StatementSigner } from '@kitroom/access-token'
import { presentDeadline } from '@kitroom/deadline'
import { working, workInHand } from '@kitroom/observability'

import { breaker, BreakerOpen } from './breaker.ts'
import { measureMade } from './call-durations.ts'
import { clientOptions, MESSAGE_LIMITS } from './channel-options.ts'
import { failureOf, isOutage, unavailable } from './failure-status.ts'
import type { Log } from './log.ts'
import { organizationOf } from './organization-of.ts'
import { wireOf } from './protos.ts'
import {
  fullName,
  type MethodName,
  OFFERED_BY,
  type RequestOf,
  type ResponseOf,
  type RpcService,
} from './rpc-services.ts'
import { REQUEST_ID_METADATA } from './unary-method.ts'

export interface GrpcClientOptions {
  /** `host:port`. */
  address: string
  /** Signs for whom each call is made. */
  statements: StatementSigner
  logger: Log
  /** The longest a call may take, retries included; one second unless told. */
  timeoutMs?: number
}

/** Of one call. */
export interface RpcOptions {
  /** On whose behalf; without it the service speaks for itself. */
  statement?: Statement
  /** That of the work in hand, unless told. */
  requestId?: string
  /** Of the call this one serves, when that comes before our own timeout; the present one unless told. By `performance.now()`. */
  deadline?: number
  /** Gives the call up; that of the present deadline unless told. */
  signal?: AbortSignal
}

/** A promise for each method; throws Failure as the server did, or dependency-unavailable. */
export type GrpcClient<Name extends RpcService> = {
  [M in MethodName<Name>]: (request: RequestOf<Name, M>, options?: RpcOptions) => Promise<ResponseOf<Name, M>>
} & { close(): void }

/** Connects, at the first call, to the service that offers `name`. */
export function grpcClient<const Name extends RpcService>(
  name: Name,
  options: GrpcClientOptions,
): GrpcClient<Name> {
  const wire = wireOf(name)
  const harmless = Object.entries(wire).filter(
    ([, method]) => method.options.idempotency_level === IdempotencyLevel.NO_SIDE_EFFECTS,
  )
  const client = new Client(options.address, credentials.createInsecure(), {
    ...MESSAGE_LIMITS,
    ...clientOptions(harmless.map(([method]) => ({ service: fullName(name), method }))),
  })
  const guard = breaker(name, (error) => isServiceError(error) && isOutage(error), options.logger)

  const methods = Object.entries(wire).map(([method, definition]) => {
    const call = async (request: object, rpc: RpcOptions = {}): Promise<object> => {
      const present = presentDeadline()
      const signal = rpc.signal ?? present?.signal
      const deadline = Math.min(
        performance.now() + (options.timeoutMs ?? 1_000),
        rpc.deadline ?? present?.at ?? Infinity,
      )
      const metadata = new Metadata()
      metadata.set(STATEMENT_METADATA, await options.statements.sign(OFFERED_BY[name], rpc.statement ?? {}))
      const requestId = rpc.requestId ?? workInHand()?.requestId ?? randomUUID()
      metadata.set(REQUEST_ID_METADATA, requestId)
      const orgId = organizationOf(request)
      const send = () => unary(client, definition, request, { metadata, deadline, signal })
      try {
        return await guard.run(() => working({ requestId, ...(orgId === undefined ? {} : { orgId }) }, send))
      } catch (error) {
        if (error instanceof BreakerOpen) throw unavailable(error, 5)
        throw isServiceError(error) ? failureOf(error) : error
      }
    }
    return [method.charAt(0).toLowerCase() + method.slice(1), call] as const
  })

  const close = () => {
    guard.close()
    client.close()
  }
  // The methods are made from the .proto file that GrpcClient is generated from; codegen:check keeps the two equal.
  return { ...Object.fromEntries(methods), close } as unknown as GrpcClient<Name>
}

interface UnaryWire {
  path: string
  requestSerialize: (request: object) => Buffer
  responseDeserialize: (bytes: Buffer) => object
}

/** What goes with a request, and how long its caller waits. */
interface Terms {
  metadata: Metadata
  /** By `performance.now()`. */
  deadline: number
  signal: AbortSignal | undefined
}

function unary(
  client: Client,
  { path, requestSerialize, responseDeserialize }: UnaryWire,
  request: object,
  { metadata, deadline, signal }: Terms,
): Promise<object> {
  return new Promise((resolve, reject) => {
    const measured = measureMade(path)
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      // By the clock of this moment: grpc-js makes a duration of it at once.
      { deadline: Date.now() + deadline - performance.now() },
      (error, response) => {
        signal?.removeEventListener('abort', cancel)
        measured(error?.code ?? status.OK)
        if (error) reject(error)
        else if (response === undefined) reject(new Error('gRPC ended a call without an answer'))
        else resolve(response)
      },
    )
    const cancel = () => call.cancel()
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
  })
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && 'metadata' in error && error.metadata instanceof Metadata
