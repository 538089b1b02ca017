import { SERVICES } from '@kitroom/contracts'

import { provisioningConfig } from './config.ts'
import { provision } from './provision.ts'

// The step before the migrations: roles and schemas for all services. What stands is left, passwords are set anew.
const config = provisioningConfig()
await provision({
  adminUrl: config.adminDatabaseUrl,
  services: SERVICES.map((service) => ({
    service,
    password: config[`${service}DatabasePassword`],
    ownerPassword: config[`${service}OwnerPassword`],
  })),
})
process.stdout.write(`provisioned: ${SERVICES.join(', ')}\n`)
