import { base64Key, commonConfig, port, postgresUrl, readConfig } from '@kitroom/service'
import { z } from 'zod'

const count = (preset: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a positive whole number')
    .default(String(preset))
    .transform(Number)

/** Values a person would type to get on; whoever knows the token can found organisations (SEC-2). */
const PLACEHOLDER = /^(change.?me|postgres|password|secret|default|example|bootstrap)\W?\d*$/i

const bootstrapToken = z
  .string()
  .refine((value) => Buffer.byteLength(value) >= 8, 'must have at least 8 bytes')
  .refine((value) => !PLACEHOLDER.test(value), 'must be random, not a placeholder')

/** What the keys and accounts need, also the command that rotates keys. */
const keyConfig = { databaseUrl: postgresUrl, keyEncryptionKey: base64Key(32) }

const name = z.string().regex(/^\S{1,200}$/, 'must be 1 to 200 characters without white space')

const serviceConfig = z.object({
  ...commonConfig('auth'),
  ...keyConfig,
  grpcPort: port,
  bootstrapToken,
  tokenIssuer: name,
  tokenAudience: name,
  loginFailuresPerAccount: count(10),
  loginFailuresPerAddress: count(100),
  loginFailureWindowSeconds: count(900),
})
export type AuthConfig = z.output<typeof serviceConfig>

/** @throws ConfigError with every problem at once, and no value */
export const parseAuthConfig = (environment: Readonly<Record<string, string | undefined>>): AuthConfig =>
  readConfig(serviceConfig, environment)

export const readAuthConfig = (): AuthConfig => parseAuthConfig(process.env)

export const readKeyConfig = () => readConfig(z.object(keyConfig), process.env)

export const readMigrationConfig = () =>
  readConfig(z.object({ migrationDatabaseUrl: postgresUrl }), process.env)
