import { postgresUrl, readConfig } from '@kitroom/service'
import { z } from 'zod'

const password = z.string().min(16, 'must have at least 16 characters')

const schema = z.object({
  /** Of the services' database, as a role that owns it and may create roles. */
  adminDatabaseUrl: postgresUrl,
  authDatabasePassword: password,
  authOwnerPassword: password,
  inventoryDatabasePassword: password,
  inventoryOwnerPassword: password,
  bookingDatabasePassword: password,
  bookingOwnerPassword: password,
  auditDatabasePassword: password,
  auditOwnerPassword: password,
})
export type ProvisioningConfig = Readonly<z.output<typeof schema>>

/** @throws ConfigError */
export const provisioningConfig = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ProvisioningConfig => readConfig(schema, environment)
