import { commonConfig, port, readConfig, serviceDatabaseUrl } from '@kitroom/service'
import { z } from 'zod'

const schema = z.object({ ...commonConfig('inventory'), grpcPort: port, databaseUrl: serviceDatabaseUrl })
export type InventoryConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const inventoryConfig = (): InventoryConfig => readConfig(schema, process.env)

/** What the migrations need: the role that owns the schema. */
export const migrationConfig = () =>
  readConfig(z.object({ migrationDatabaseUrl: serviceDatabaseUrl }), process.env)
