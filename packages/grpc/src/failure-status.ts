import { Metadata, type ServiceError, status, type StatusObject } from '@grpc/grpc-js'
import { Failure, type FailureCode, type FailureDetails, type FailureKind, FAILURES } from '@kitroom/errors'

/** What each kind of refusal is in gRPC's words. */
const STATUS_OF = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  method_not_allowed: status.UNIMPLEMENTED,
  conflict: status.FAILED_PRECONDITION,
  version_mismatch: status.ABORTED,
  too_large: status.RESOURCE_EXHAUSTED,
  unsupported_media_type: status.INVALID_ARGUMENT,
  key_reused: status.FAILED_PRECONDITION,
  version_required: status.FAILED_PRECONDITION,
  limited: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
} as const satisfies Record<FailureKind, status>

/** The trailer that carries the failure itself: several codes share a status. */
const FAILURE_TRAILER = 'kitroom-failure-bin'

/** Tells grpc-js not to try again: a service that answers "unavailable" is there, and what it needs is not. */
const NO_RETRY = ['grpc-retry-pushback-ms', '-1'] as const

/** A failure as the status and trailer a server ends a call with. */
export function statusOf(failure: Failure): StatusObject {
  const metadata = new Metadata()
  const { code, errors, facts, retryAfterSeconds } = failure
  metadata.set(FAILURE_TRAILER, Buffer.from(JSON.stringify({ code, errors, facts, retryAfterSeconds })))
  metadata.set(...NO_RETRY)
  return { code: STATUS_OF[failure.kind], details: failure.message, metadata }
}

/** What a client throws for an error of a call: the server's failure, an outage, or a bug. */
export function failureOf(error: ServiceError): Error {
  const [trailer] = error.metadata.get(FAILURE_TRAILER)
  if (trailer !== undefined) return sentFailure(trailer, error)
  if (isOutage(error) || error.code === status.CANCELLED) return unavailable(error)
  // The other side believes no statement of ours, as when one of the two clocks is wrong. It has done nothing, and said so in its log.
  if (error.code === status.UNAUTHENTICATED) return unavailable(error)
  if (error.code === status.UNIMPLEMENTED) return new UnknownMethod(error.details, { cause: error })
  // Neither a refusal that was meant for the caller nor an outage: a mistake between the two services.
  return new Error(`gRPC ${status[error.code]}: ${error.details}`, { cause: error })
}

/** Thrown when the other side is of a version that has no such method yet. */
export class UnknownMethod extends Error {}

/** What is thrown when a service cannot be reached in time. */
export const unavailable = (cause: unknown, retryAfterSeconds = 1): Failure =>
  new Failure('dependency-unavailable', 'A service this needs did not answer in time.', {
    retryAfterSeconds,
    cause,
  })

/** True when the call says something about the health of the other side, not about the request. */
export const isOutage = ({ code, metadata }: ServiceError): boolean =>
  metadata.get(FAILURE_TRAILER).length === 0 &&
  (code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED)

function sentFailure(trailer: string | Buffer, error: ServiceError): Error {
  const sent = JSON.parse(trailer.toString()) as FailureDetails & { code: string }
  if (!isFailureCode(sent.code))
    return new Error(`gRPC failure of an unknown code: ${sent.code}`, { cause: error })
  return new Failure(sent.code, error.details, { ...sent, cause: error })
}

const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code)
