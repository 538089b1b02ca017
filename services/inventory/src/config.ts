import { commonConfig, port, readConfig, serviceDatabaseUrl } from '@kitroom/service'
import { z } from 'zod'

type Environment = Readonly<Record<string, string | undefined>>

const schema = z.object({ ...commonConfig('inventory'), grpcPort: port, databaseUrl: serviceDatabaseUrl })
export type InventoryConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const inventoryConfig = (environment: Environment = process.env): InventoryConfig =>
  readConfig(schema, environment)

/** What the migrations need: the role that owns the schema. */
export const migrationConfig = () =>
  readConfig(z.object({ migrationDatabaseUrl: serviceDatabaseUrl }), process.env)

/** What the redrive needs. */
export const redriveConfig = () => readConfig(z.object({ databaseUrl: serviceDatabaseUrl }), process.env)
