import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { loadSecrets } from '../system/secrets.ts'
import { readSettings } from '../system/settings.ts'
import { instancePorts } from './ports.ts'
import { type Environment, serviceEnvironments } from './service-environment.ts'
import { type App, APPS, folderOf, type Store } from './services.ts'

/** In every broken value that could be a secret; nothing may repeat it. */
const MARKER = 'MARKERthatMustNotShow'

let environments: Record<App, Environment>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitroom-broken-'))
  const secrets = await loadSecrets(join(folder, 'secrets.json'))
  rmSync(folder, { recursive: true })
  const urls = (store: Store) => ({
    url: `postgres://${store}:${MARKER}@127.0.0.1:1/kitroom`,
    migrationUrl: '',
  })
  const [ports] = await instancePorts(0, 1)
  environments = serviceEnvironments({
    settings: readSettings({}),
    secrets,
    natsUrls: () => `nats://kitroom:${MARKER}@127.0.0.1:1`,
    databaseUrls: {
      auth: urls('auth'),
      inventory: urls('inventory'),
      booking: urls('booking'),
      audit: urls('audit'),
    },
    own: ports,
    reached: ports,
    bootstrapToken: `${MARKER}0`,
  })
})

/** What is broken, and how; without a value the variable is absent. */
const BROKEN: Record<App, Record<string, (() => string) | undefined>> = {
  gateway: {
    BOOKING_URL: undefined,
    CORS_ORIGINS: () => `https://me:${MARKER}@lend.example/path`,
    TRUSTED_PROXIES: () => '99',
    AUTH_GRPC: () => MARKER,
  },
  auth: {
    DATABASE_URL: () => `mysql://auth:${MARKER}@db/kitroom`,
    KEY_ENCRYPTION_KEY: () => Buffer.alloc(32).toString('base64'),
    BOOTSTRAP_TOKEN: () => 'change-me',
  },
  inventory: {
    HTTP_PORT: () => '99999',
    SERVICE_PRIVATE_KEY: () => environments.booking['SERVICE_PRIVATE_KEY'] ?? '',
    LISTEN_HOST: () => 'a host',
  },
  booking: {
    DRAIN_SECONDS: () => '60',
    WAITLIST_OFFER_TTL_SECONDS: () => 'soon',
    NATS_URL: () => `http://kitroom:${MARKER}@nats`,
  },
  audit: {
    SERVICE_PUBLIC_KEYS: () => `{"keys":[${environments.audit['SERVICE_PRIVATE_KEY']}]}`,
    LOG_LEVEL: () => 'loud',
    GRPC_PORT: undefined,
  },
}

async function start(app: App, broken: string[]): Promise<{ code: unknown; output: string }> {
  const changed = Object.fromEntries(broken.map((name) => [name, BROKEN[app][name]?.()]))
  const child = spawn(process.execPath, ['--conditions=@kitroom/source', 'src/main.ts'], {
    cwd: folderOf(app),
    env: { ...environments[app], ...changed },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += String(piece)))
  const [code] = await once(child, 'close')
  return { code, output }
}

/** Every variable by itself takes 16 starts; all of a service at once show the same, and that all are told. */
const cases = APPS.flatMap((app) => {
  const names = Object.keys(BROKEN[app])
  return scaled([{ app, names }], [{ app, names }, ...names.map((name) => ({ app, names: [name] }))])
})

describe('a service whose environment is broken', () => {
  it.each(cases)('does not start: $app with $names', async ({ app, names }) => {
    const { code, output } = await start(app, names)
    expect(code).toBe(78)
    const told = [...output.matchAll(/^ {2}(\w+): \S/gm)].map(([, name]) => name)
    expect(told.toSorted()).toEqual(names.toSorted())
    expect(output).not.toContain(MARKER)
    const secrets = /"d":"([^"]+)"/.exec(environments[app]['SERVICE_PRIVATE_KEY'] ?? '')?.[1] ?? ''
    expect(secrets).toHaveLength(43)
    expect(output).not.toContain(secrets)
  })
})
