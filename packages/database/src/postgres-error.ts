import { Replayed } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { OptimisticLockError } from '@mikro-orm/core'

/** What to tell the caller when a constraint of this name is violated. */
export type Constraints = Readonly<Record<string, () => Failure>>

interface PostgresError {
  code: string
  constraint: string | undefined
}

/** serialization_failure, deadlock_detected, lock_not_available: the whole transaction may be tried again. */
export const RETRYABLE: ReadonlySet<string> = new Set(['40001', '40P01', '55P03'])

/** There is no way to the server, its name cannot be looked up, or it is starting or stopping. */
const AWAY =
  /^(08...|57P0.|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|ENOENT)$/

/** It answers, but cannot do the work now: resources, a timeout, or not let in since the password is being exchanged. */
const UNABLE = /^(28...|53...|57014|25P03|XX000)$/

/** The driver's own words for a connection that ended, was not to be had, or fell silent: they have no code. */
const LOST =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|timeout expired|query read timeout|is not queryable/i

/**
 * Finds PostgreSQL's own error in whatever the ORM threw. Errors at COMMIT arrive as the driver's, the others
 * wrapped, so the code decides and never the class.
 */
function postgresError(error: unknown): PostgresError | undefined {
  for (let at = error, depth = 0; Error.isError(at) && depth < 5; at = at.cause, depth++) {
    const { code, constraint } = at as Error & { code?: unknown; constraint?: unknown }
    if (typeof code === 'string') {
      return { code, constraint: typeof constraint === 'string' ? constraint : undefined }
    }
  }
  return undefined
}

/** PostgreSQL's code of an error, or nothing when it is not its. */
export const sqlStateOf = (error: unknown): string => postgresError(error)?.code ?? ''

/** True when the transaction lost a race it may win next time. */
export function isRetryable(error: unknown): boolean {
  const found = postgresError(error)
  return found !== undefined && RETRYABLE.has(found.code)
}

/** True when the database cannot be reached, and may be in a moment. */
export function isAway(error: unknown): boolean {
  const lost = Error.isError(error) && LOST.test(error.message)
  return lost || AWAY.test(sqlStateOf(error))
}

/** True when a value could not be read as its type, or not be stored (SQLSTATE class 22). */
export function isDataException(error: unknown): boolean {
  return postgresError(error)?.code.startsWith('22') ?? false
}

/** Turns an error of the database into the failure its caller must hear; anything unknown is returned as it is. */
export function translate(error: unknown, constraints: Constraints): unknown {
  if (error instanceof Failure || error instanceof Replayed) return error
  if (error instanceof OptimisticLockError) {
    return new Failure(
      'version-mismatch',
      'Somebody else changed the object at the same moment. Read it again.',
    )
  }
  const found = postgresError(error)
  const explained = found?.constraint === undefined ? undefined : constraints[found.constraint]
  if (explained !== undefined) return explained()
  const isUnable = found !== undefined && (RETRYABLE.has(found.code) || UNABLE.test(found.code))
  if (isUnable || isAway(error)) {
    return new Failure('dependency-unavailable', 'The database cannot answer at the moment.', {
      retryAfterSeconds: 1,
      cause: error,
    })
  }
  return error
}
