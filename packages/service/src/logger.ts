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

const redactedPaths = ['', '*', '*.*', '*.*.*'].flatMap((parent) =>
  SECRET_FIELDS.map((field) => `${parent}["${field}"]`),
)

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
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    destination,
  )
}
