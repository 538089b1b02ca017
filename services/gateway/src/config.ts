import { commonConfig, hostPort, httpUrl, readConfig } from '@kitroom/service'
import { z } from 'zod'

type Environment = Readonly<Record<string, string | undefined>>

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be between ${from} and ${to}`)

const ORIGIN = /^https?:\/\/[^\s/?#@*]+$/

const schema = z.object({
  ...commonConfig('gateway'),
  authUrl: httpUrl,
  inventoryUrl: httpUrl,
  bookingUrl: httpUrl,
  auditUrl: httpUrl,
  authGrpc: hostPort,
  tokenIssuer: z.string(),
  tokenAudience: z.string(),
  /** Requests a minute of one member in one organisation, and of one network without a token. */
  rateLimitPerMinute: wholeNumber(1, 1_000_000).prefault('600'),
  /** Requests a minute of all members of one organisation together, so that none can take the others' share. */
  rateLimitOrgPerMinute: wholeNumber(1, 1_000_000).prefault('12000'),
  /** Web pages of other origins that may call the API, by exact origin. */
  corsOrigins: z
    .string()
    .prefault('')
    .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
    .refine(
      (origins) => origins.every((origin) => ORIGIN.test(origin)),
      'must be origins such as https://lend.example',
    ),
  /** How long auth's keys are used before they are fetched again; a new key is published a minute longer than that. */
  signingKeysMaxAgeSeconds: wholeNumber(1, 600).prefault('600'),
  /** How many proxies of ours stand in front and add to X-Forwarded-For; 0 believes nobody. */
  trustedProxies: wholeNumber(0, 10).prefault('0'),
})
export type GatewayConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const gatewayConfig = (environment: Environment = process.env): GatewayConfig =>
  readConfig(schema, environment)
