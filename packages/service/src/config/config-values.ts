import { z } from 'zod'

import { LOG_LEVELS } from '../logger.ts'

/** A TCP port; 0 lets the system choose. */
export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number')

/** The address to listen on. Loopback unless told: a container sets 0.0.0.0. */
const listenHost = z
  .string()
  .regex(/^[0-9A-Za-z.:-]+$/, 'must be an address or a host name')
  .default('127.0.0.1')

/** `http://booking:8080`, without a trailing slash. */
export const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, 'must be an http or https URL without credentials')
  .transform((url) => url.replace(/\/$/, ''))

/** Where a gRPC server answers: `host:port`. */
export const hostPort = z.string().regex(/^[0-9A-Za-z.-]+:\d{1,5}$/, 'must be host:port')

/** `postgres://role:password@host:port/database`. */
export const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/[^\s/]+\/[^\s/]+$/, 'must be a postgres:// URL with a database')

/** What a person types to get on, and whoever tries the door types first (SEC-2). */
const PLACEHOLDER =
  /^(change.?(me|it|this)|postgres|passw(or|0r)d|pass|pw|secret|default|example|bootstrap|admin|root|test|dummy|todo|x+|kitroom)\W?\d*$/i

const isPlaceholder = (text: string): boolean => text === '' || PLACEHOLDER.test(text)

/** A secret that is compared as it is. */
export const secretText = (minBytes: number) =>
  z
    .string()
    .refine((value) => Buffer.byteLength(value) >= minBytes, `must have at least ${minBytes} bytes`)
    .refine((value) => !isPlaceholder(value), 'must be random, not a placeholder')

/** A service's own role: with a password of its own, not one that works everywhere. */
export const serviceDatabaseUrl = postgresUrl.refine(
  hasOwnPassword,
  'must have a password that is random, not a placeholder',
)

function hasOwnPassword(url: string): boolean {
  try {
    const { username, password } = new URL(url)
    return !isPlaceholder(decodeURIComponent(password)) && password !== username
  } catch {
    return false
  }
}

const natsUrl = z.string().regex(/^(nats|tls):\/\/\S+$/, 'must be a nats:// or tls:// URL')

/** A key of exactly `bytes` bytes, written in base64. */
export const base64Key = (bytes: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === bytes, `must be ${bytes} bytes in base64`)
    .refine((key) => new Set(key).size >= Math.min(bytes, 8), 'must be random, not a placeholder')

const fromJson = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' })
    return z.NEVER
  }
})

const keyMaterial = /^[A-Za-z0-9_-]{43}$/
const key = <Extra extends z.ZodRawShape>(extra: Extra) =>
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string().regex(keyMaterial),
    /** `<service>:<number>`. */
    kid: z.string().regex(/^[a-z-]+:\d+$/),
    use: z.literal('sig').optional(),
    alg: z.literal('EdDSA').optional(),
    ...extra,
  })
const publicKey = key({}).transform(({ kty, crv, x, kid }) => ({ kty, crv, x, kid }))
const privateKey = key({ d: z.string().regex(keyMaterial) }).transform(({ kty, crv, x, d, kid }) => ({
  kty,
  crv,
  x,
  d,
  kid,
}))

/** One Ed25519 private key as JWK JSON, with a `kid` of the form `<service>:<number>`. */
export const jwk = fromJson.transform((value, context) => {
  const parsed = privateKey.safeParse(value)
  if (parsed.success) return parsed.data
  context.addIssue({ code: 'custom', message: 'must be an Ed25519 private JWK with kid <service>:<number>' })
  return z.NEVER
})

/** Ed25519 public keys as JWKS JSON. A private key among them is refused: it would be given to every service. */
export const jwks = fromJson.transform((value, context) => {
  const parsed = z.strictObject({ keys: z.array(publicKey).min(1) }).safeParse(value)
  if (parsed.success) return parsed.data
  context.addIssue({
    code: 'custom',
    message: 'must be a JWKS of Ed25519 public keys with kid <service>:<number>',
  })
  return z.NEVER
})

const amount = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a whole number above 0')
  .transform(Number)
  .optional()

/** The variables every service has, for spreading into its schema; `run` uses the first three. */
export const commonConfig = <const Service extends string>(service: Service) => ({
  service: z.unknown().transform((): Service => service),
  logLevel: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** Stop when stdin ends: for children of a supervisor that may be killed. */
  exitWithParent: z
    .enum(['0', '1'], 'must be 0 or 1')
    .default('0')
    .transform((value) => value === '1'),
  /** How long routers are given to notice that we are not ready before we stop accepting. */
  drainSeconds: z
    .string()
    .regex(/^[0-5]$/, 'must be a whole number from 0 to 5')
    .default('0')
    .transform(Number),
  httpPort: port,
  listenHost,
  natsUrl,
  /** Copies of the stream: 3 on a cluster of three. */
  natsReplicas: z.enum(['1', '3', '5'], 'must be 1, 3 or 5').default('1').transform(Number),
  servicePrivateKey: jwk.refine(
    (key) => key.kid.startsWith(`${service}:`),
    `must have a kid that begins with ${service}:`,
  ),
  servicePublicKeys: jwks,
  /** Requests taken on at once, and how late the event loop may be; 200 and 100 ms unless told. */
  maxInFlight: amount,
  maxLoopDelayMs: amount,
})
