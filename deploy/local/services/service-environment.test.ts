import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { commonConfig, readConfig } from '@kitroom/service'
import { z } from 'zod'

import { loadSecrets, type Secrets } from '../system/secrets.ts'
import { readSettings } from '../system/settings.ts'
import { instancePorts } from './ports.ts'
import { type Environment, serviceEnvironments } from './service-environment.ts'
import { type App, APPS } from './services.ts'

let secrets: Secrets
let environments: Record<App, Environment>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kitroom-environment-'))
  secrets = await loadSecrets(join(folder, 'secrets.json'))
  rmSync(folder, { recursive: true })
  const urls = (store: string) => ({
    url: `postgres://${store}@db/kitroom`,
    migrationUrl: `postgres://${store}_owner@db/kitroom`,
  })
  const [ports] = await instancePorts(0, 1)
  environments = serviceEnvironments({
    settings: readSettings({ WAITLIST_OFFER_TTL_SECONDS: '7', RATE_LIMIT_PER_MINUTE: '8' }),
    secrets,
    natsUrls: (user) => `nats://${user}@127.0.0.1:4222`,
    databaseUrls: {
      auth: urls('auth'),
      inventory: urls('inventory'),
      booking: urls('booking'),
      audit: urls('audit'),
    },
    own: ports,
    reached: ports,
    bootstrapToken: 'the-bootstrap-token',
  })
})

describe('the environment of the services', () => {
  it.each(APPS)('has everything that every service needs, for %s', (app) => {
    const config = readConfig(z.object(commonConfig(app)), environments[app])
    expect(config.exitWithParent).toBe(true)
    expect(config.servicePrivateKey.kid).toBe(`${app}:1`)
  })

  it('gives each service its own private key and none of another', () => {
    for (const app of APPS) {
      const others = APPS.filter((other) => other !== app).map((other) => secrets.serviceKeys[other].d)
      for (const key of others) expect(JSON.stringify(environments[app])).not.toContain(key)
    }
  })

  it('lets each service sign in at the broker as itself', () => {
    for (const app of APPS) expect(environments[app]['NATS_URL']).toBe(`nats://${app}@127.0.0.1:4222`)
  })

  it('gives the gateway no way to the database, and nobody an owner’s', () => {
    expect(environments.gateway['DATABASE_URL']).toBeUndefined()
    expect(environments.booking['DATABASE_URL']).toBe('postgres://booking@db/kitroom')
    expect(JSON.stringify(environments)).not.toContain('_owner')
  })

  it('tells the gateway and booking where their neighbours answer', () => {
    const { gateway, booking, auth, inventory } = environments
    expect(gateway['BOOKING_URL']).toBe(`http://127.0.0.1:${booking['HTTP_PORT'] ?? ''}`)
    expect(gateway['AUTH_GRPC']).toBe(`127.0.0.1:${auth['GRPC_PORT'] ?? ''}`)
    expect(booking['INVENTORY_GRPC']).toBe(`127.0.0.1:${inventory['GRPC_PORT'] ?? ''}`)
  })

  it('hands the settings of the start to whom they concern', () => {
    expect(environments.booking['WAITLIST_OFFER_TTL_SECONDS']).toBe('7')
    expect(environments.gateway['RATE_LIMIT_PER_MINUTE']).toBe('8')
    expect(environments.auth['BOOTSTRAP_TOKEN']).toBe('the-bootstrap-token')
    expect(JSON.stringify(environments.booking)).not.toContain('the-bootstrap-token')
  })
})
