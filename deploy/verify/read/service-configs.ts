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

/** Every program knows its own name; no environment tells it. */
const TOLD_BY_NOBODY = 'SERVICE'

/** Notes the names that are asked for. */
function watched(environment: Environment, read: Set<string>): Environment {
  return new Proxy(environment, {
    get(target, name) {
      if (typeof name !== 'string') return undefined
      if (name !== TOLD_BY_NOBODY) read.add(name)
      return target[name]
    },
  })
}

/**
 * Reads an environment as the program would.
 * @throws ConfigError with everything that is missing or wrong
 */
export const configOf = (program: App | 'provisioning', environment: Environment): unknown =>
  CONFIGS[program](environment)

/** Reads an environment as `configOf` does, and returns the variables that the program does not know. */
export function unknownTo(program: App | 'provisioning', environment: Record<string, string>): string[] {
  const read = new Set<string>()
  configOf(program, watched(environment, read))
  return Object.keys(environment).filter((name) => !read.has(name) && !READ_BY_OTHERS.test(name))
}

/** Every variable that the program reads. */
export function variablesOf(program: App | 'provisioning'): string[] {
  const read = new Set<string>()
  try {
    configOf(program, watched({}, read))
  } catch (error) {
    // Nothing was there; what was asked for is known all the same.
    if (!(error instanceof Error && error.name === 'ConfigError')) throw error
  }
  return [...read]
}
