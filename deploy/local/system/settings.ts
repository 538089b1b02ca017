import { port, postgresUrl, readConfig } from '@kitroom/service'
import { z } from 'zod'

const atLeastOne = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
  .transform(Number)

const Settings = z.object({
  /** Of the gateway; 0 for any free one. */
  kitroomPort: port.default(8080),
  kitroomDataDir: z.string().default('./.kitroom'),
  /** Absent: one is made and kept in the data folder. */
  kitroomBootstrapToken: z.string().optional(),
  waitlistOfferTtlSeconds: atLeastOne.default(600),
  rateLimitPerMinute: atLeastOne.default(600),
  /** As a role that may create roles and extensions. Absent: the embedded server. */
  databaseUrl: postgresUrl.optional(),
  /** A server with JetStream. Absent: one of our own. */
  natsUrl: z.string().optional(),
})

export type Settings = Readonly<z.output<typeof Settings>>

/**
 * Reads what `npm start` lets people choose.
 * @throws ConfigError with all problems at once
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return readConfig(Settings, env)
}
