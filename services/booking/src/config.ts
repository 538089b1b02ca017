import { commonConfig, hostPort, port, readConfig, serviceDatabaseUrl } from '@kitroom/service'
import { z } from 'zod'

type Environment = Readonly<Record<string, string | undefined>>

const schema = z.object({
  ...commonConfig('booking'),
  grpcPort: port,
  databaseUrl: serviceDatabaseUrl,
  inventoryGrpc: hostPort,
  authGrpc: hostPort,
  /** How often it is looked for loans that are overdue, for whoever waits for them, and for bookings nobody came for. */
  lookoutSeconds: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number of seconds')
    .default('5')
    .transform(Number)
    .refine((seconds) => seconds > 0, 'must be at least 1'),
  waitlistOfferTtlSeconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(7 * 24 * 60 * 60)
    .default(600),
})
export type BookingConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const bookingConfig = (environment: Environment = process.env): BookingConfig =>
  readConfig(schema, environment)

/** What the migrations need: the role that owns the schema. */
export const migrationConfig = () =>
  readConfig(z.object({ migrationDatabaseUrl: serviceDatabaseUrl }), process.env)

/** What the redrive needs. */
export const redriveConfig = () => readConfig(z.object({ databaseUrl: serviceDatabaseUrl }), process.env)
