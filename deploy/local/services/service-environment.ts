import { publicPart } from '@kitroom/access-token'

import type { NatsUrls } from '../processes/servers.ts'
import type { Secrets } from '../system/secrets.ts'
import type { Settings } from '../system/settings.ts'
import type { Ports } from './ports.ts'
import { type App, APPS, type Store, STORES } from './services.ts'

export interface Surroundings {
  settings: Settings
  secrets: Secrets
  natsUrls: NatsUrls
  databaseUrls: Record<Store, { url: string; migrationUrl: string }>
  /** Where these processes listen. */
  own: Ports
  /** Where the services are reached. */
  reached: Ports
  bootstrapToken: string
}

export type Environment = Record<string, string>

const AUDIENCE = 'kitroom'

/** The variables of every service's process, as its `config.ts` wants them. */
export function serviceEnvironments(around: Surroundings): Record<App, Environment> {
  const { settings, secrets, own, reached } = around
  const http = (app: App) => `http://127.0.0.1:${reached[app].http}`
  const grpc = (app: App) => `127.0.0.1:${reached[app].grpc}`
  const tokens = { TOKEN_ISSUER: http('gateway'), TOKEN_AUDIENCE: AUDIENCE }
  const publicKeys = { keys: APPS.map((app) => publicPart(secrets.serviceKeys[app])) }
  const common = (app: App): Environment => ({
    HTTP_PORT: String(own[app].http),
    LISTEN_HOST: '127.0.0.1',
    NATS_URL: around.natsUrls(app),
    SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys[app]),
    SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys),
    EXIT_WITH_PARENT: '1',
    OTEL_SERVICE_NAME: `kitroom-${app}`,
  })
  const store = (app: Store): Environment => ({
    ...common(app),
    GRPC_PORT: String(own[app].grpc),
    DATABASE_URL: around.databaseUrls[app].url,
  })
  return {
    gateway: {
      ...common('gateway'),
      ...tokens,
      ...Object.fromEntries(STORES.map((app) => [`${app.toUpperCase()}_URL`, http(app)])),
      AUTH_GRPC: grpc('auth'),
      RATE_LIMIT_PER_MINUTE: String(settings.rateLimitPerMinute),
    },
    auth: {
      ...store('auth'),
      ...tokens,
      BOOTSTRAP_TOKEN: around.bootstrapToken,
      KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
    },
    inventory: store('inventory'),
    booking: {
      ...store('booking'),
      INVENTORY_GRPC: grpc('inventory'),
      AUTH_GRPC: grpc('auth'),
      WAITLIST_OFFER_TTL_SECONDS: String(settings.waitlistOfferTtlSeconds),
    },
    audit: store('audit'),
  }
}
