import { workInHand } from '@kitroom/observability'
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields whose value is never written, in any object up to three levels deep (SEC-1). */
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

const redactedPaths = ['', '*', '*.*', '*.*.*'].flatMap((parent) =>
  [...SECRET_FIELDS, ...PERSONAL_FIELDS].map((field) => `${parent}["${field}"]`),
)

/** What is told of an error. PostgreSQL's carry whole rows in their `detail`, so nothing else is. */
const TOLD_OF_ERRORS = ['type', 'message', 'stack', 'code', 'constraint', 'table']

function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const serialized: object = pino.stdSerializers.err(error)
  return Object.fromEntries(Object.entries(serialized).filter(([name]) => TOLD_OF_ERRORS.includes(name)))
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
      formatters: { level: (label) => ({ level: label }) },
      mixin: ofTheWork,
      serializers: { err: errorFields },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    destination,
  )
}
