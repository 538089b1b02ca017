import { commonConfig, hostPort, port, postgresUrl, readConfig } from '@kitroom/service'
import { z } from 'zod'

const schema = z.object({
  ...commonConfig('booking'),
  grpcPort: port,
  databaseUrl: postgresUrl,
  inventoryGrpc: hostPort,
  authGrpc: hostPort,
})
export type BookingConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const bookingConfig = (): BookingConfig => readConfig(schema, process.env)

/** What the migrations need: the role that owns the schema. */
export const migrationConfig = () => readConfig(z.object({ migrationDatabaseUrl: postgresUrl }), process.env)
