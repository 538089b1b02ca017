import { provisioningConfig } from '@kitroom/database/provisioning-config'

import { auditConfig } from '../../../services/audit/src/config.ts'
import { authConfig } from '../../../services/auth/src/config.ts'
import { bookingConfig } from '../../../services/booking/src/config.ts'
import { gatewayConfig } from '../../../services/gateway/src/config.ts'
import { inventoryConfig } from '../../../services/inventory/src/config.ts'
import type { App } from '../../local/services/services.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How each program reads its environment. */
const CONFIGS: Record<App | 'provisioning', (environment: Environment) => unknown> = {
  gateway: gatewayConfig,
  auth: authConfig,
  inventory: inventoryConfig,
  booking: bookingConfig,
  audit: auditConfig,
  provisioning: provisioningConfig,
}

/** Not ours: OpenTelemetry's SDK and Node read these by themselves. */
const READ_BY_OTHERS = /^(OTEL_|NODE_)/

/**
 * Reads an environment as the program would.
 * @returns the variables that the program does not know
 * @throws ConfigError with everything that is missing or wrong
 */
export function unknownTo(program: App | 'provisioning', environment: Record<string, string>): string[] {
  const read = new Set<string>()
  const watched = new Proxy(environment, {
    get(target, name) {
      if (typeof name !== 'string') return undefined
      read.add(name)
      return target[name]
    },
  })
  CONFIGS[program](watched)
  return Object.keys(environment).filter((name) => !read.has(name) && !READ_BY_OTHERS.test(name))
}
