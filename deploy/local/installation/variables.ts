import { randomBytes } from 'node:crypto'

import { publicPart } from '@kitroom/access-token'

import { APPS, STORES } from '../services/services.ts'
import type { Secrets } from '../system/secrets.ts'

/** What compose.yaml and the provisioning ask for, by name; `.env.example` says what each is. */
export function secretVariables(secrets: Secrets): Record<string, string> {
  const publicKeys = { keys: APPS.map((app) => publicPart(secrets.serviceKeys[app])) }
  return {
    POSTGRES_PASSWORD: word(),
    ...Object.fromEntries(
      STORES.flatMap((store) => [
        [`${store.toUpperCase()}_DATABASE_PASSWORD`, secrets.databasePasswords[store].app],
        [`${store.toUpperCase()}_OWNER_PASSWORD`, secrets.databasePasswords[store].owner],
      ]),
    ),
    ...Object.fromEntries(
      APPS.map((app) => [`${app.toUpperCase()}_PRIVATE_KEY`, JSON.stringify(secrets.serviceKeys[app])]),
    ),
    ...Object.fromEntries(
      // NATS takes what begins with a digit for a number.
      Object.entries(secrets.natsPasswords).map(([user, password]) => [
        `NATS_PASSWORD_${user.toUpperCase()}`,
        `n${password}`,
      ]),
    ),
    SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeys),
    KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
    BOOTSTRAP_TOKEN: secrets.bootstrapToken,
    GRAFANA_ADMIN_PASSWORD: word(),
  }
}

const word = () => randomBytes(24).toString('base64url')
