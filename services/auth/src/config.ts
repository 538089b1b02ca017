import { base64Key, commonConfig, port, readConfig, secretText, serviceDatabaseUrl } from '@kitroom/service'
import { z } from 'zod'

import { NOTICE_SECONDS } from './domain/sessions/key-ring.ts'

type Environment = Readonly<Record<string, string | undefined>>

const count = (preset: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a positive whole number')
    .default(String(preset))
    .transform(Number)

/** Whoever knows it can found organisations (SEC-2). */
const bootstrapToken = secretText(8)

/** What the keys and accounts need, also the command that rotates keys. */
const keyConfig = {
  databaseUrl: serviceDatabaseUrl,
  keyEncryptionKey: base64Key(32),
  /** While the key is being exchanged: opens what was sealed before. */
  previousKeyEncryptionKey: base64Key(32).optional(),
}

const rotationSchema = z.object({
  ...keyConfig,
  /** How long a new signing key is published before it signs: longer than any verifier goes without looking. */
  signingKeyNoticeSeconds: count(NOTICE_SECONDS),
})

const name = z.string().regex(/^\S{1,200}$/, 'must be 1 to 200 characters without white space')

const schema = z.object({
  ...commonConfig('auth'),
  ...keyConfig,
  grpcPort: port,
  bootstrapToken,
  /** While the token is being exchanged: good as well. */
  previousBootstrapToken: bootstrapToken.optional(),
  tokenIssuer: name,
  tokenAudience: name,
  loginFailuresPerAccount: count(10),
  loginFailuresPerAddress: count(100),
  loginFailureWindowSeconds: count(900),
})
export type AuthConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const authConfig = (environment: Environment = process.env): AuthConfig =>
  readConfig(schema, environment)

/** What the rotation of the signing keys needs. */
export const rotationConfig = () => readConfig(rotationSchema, process.env)

/** What the migrations need: the role that owns the schema. */
export const migrationConfig = () =>
  readConfig(z.object({ migrationDatabaseUrl: serviceDatabaseUrl }), process.env)
