import { workInHand } from '@kitroom/observability'
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields whose value is never written, at whatever depth (SEC-1). */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'password_hash',
  'passwordHash',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'bootstrapToken',
  'x-bootstrap-token',
  'x-kitroom-statement',
  'kitroom-statement',
  'privateJwk',
  'servicePrivateKey',
  'keyEncryptionKey',
  'databaseUrl',
  'natsUrl',
  'secret',
]

/**
 * Who somebody is and what he wrote is as little for the log; ids are enough to find it. The network address of a request is
 * told: without it nobody sees who guesses passwords (AUT-19).
 */
const PERSONAL_FIELDS = ['email', 'full_name', 'fullName', 'purpose', 'note']

const UNTOLD: ReadonlySet<string> = new Set([...SECRET_FIELDS, ...PERSONAL_FIELDS])

/** What is told of an error. PostgreSQL's carry whole rows in their `detail`, so nothing else is. */
const TOLD_OF_ERRORS = ['type', 'message', 'stack', 'code', 'constraint', 'table']

function told(error: Error): object {
  const serialized: object = pino.stdSerializers.err(error)
  return Object.fromEntries(Object.entries(serialized).filter(([name]) => TOLD_OF_ERRORS.includes(name)))
}

/** Nothing below is written; so what contains itself ends here. */
const DEEPEST = 5

/**
 * What may be written of a value. Not by pino's `redact`: it looks for each of a hundred paths in every line, and took fifty
 * times as long as writing it.
 */
function tellable(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return '[deeper]'
  if (value instanceof Error) return told(value)
  if ('toJSON' in value) return value
  if (Array.isArray(value)) return value.map((entry) => tellable(entry, depth + 1))
  return tellableFields(value, depth)
}

function tellableFields(fields: object, depth = 0): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    copy[name] = UNTOLD.has(name) ? '[redacted]' : tellable(value, depth + 1)
  }
  return copy
}

/** What every line says of the request or event it was written for; what is undefined is not written. */
const ofTheWork = (): object => ({ request_id: workInHand()?.requestId, org_id: workInHand()?.orgId })

/** A logger that writes one JSON object per line to stdout, at once, so that nothing is lost in a crash. */
export function createLogger(
  options: { service: string; level: LogLevel },
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => tellableFields(fields) },
      mixin: ofTheWork,
      // Told already, and pino would take what is left of an error for one.
      serializers: { err: (error: unknown) => error },
    },
    destination,
  )
}
