import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import {
  base64Key,
  commonConfig,
  httpUrl,
  jwk,
  jwks,
  port,
  postgresUrl,
  secretText,
  serviceDatabaseUrl,
} from './config-values.ts'
import { ConfigError, readConfig } from './read-config.ts'

const x = 'Lw0mv8h3N8dQzYl2Yb0m0mQ2mM1u7x9Xo3h0Zf3q1aA'
const privateKey = { kty: 'OKP', crv: 'Ed25519', x, d: x, kid: 'booking:1' }
const { d: _, ...publicKey } = privateKey
const good = {
  HTTP_PORT: '8080',
  NATS_URL: 'nats://127.0.0.1:4222',
  SERVICE_PRIVATE_KEY: JSON.stringify(privateKey),
  SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: [publicKey] }),
}
const Config = z.object(commonConfig('booking'))

const problemsOf = (env: Record<string, string | undefined>, schema: z.ZodObject = Config) => {
  try {
    readConfig(schema, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('reads the variable named after each key and fills in the defaults', () => {
    expect(readConfig(Config, good)).toEqual({
      service: 'booking',
      logLevel: 'info',
      exitWithParent: false,
      drainSeconds: 0,
      httpPort: 8080,
      listenHost: '127.0.0.1',
      natsUrl: 'nats://127.0.0.1:4222',
      natsReplicas: 1,
      servicePrivateKey: privateKey,
      servicePublicKeys: { keys: [publicKey] },
    })
  })

  it('freezes what it returns', () => {
    expect(Object.isFrozen(readConfig(Config, good))).toBe(true)
  })

  it('reports every problem at once', () => {
    expect(problemsOf({ LOG_LEVEL: 'loud', HTTP_PORT: '99999', NATS_URL: '' })).toEqual([
      'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
      'HTTP_PORT: must be a port number',
      'NATS_URL: is required',
      'SERVICE_PRIVATE_KEY: is required',
      'SERVICE_PUBLIC_KEYS: is required',
    ])
  })

  const marker = 'MARKER-that-must-not-show'
  const broken: [string, z.ZodType, string][] = [
    ['a port with letters', port, marker],
    ['a URL without a scheme', httpUrl, marker],
    ['a URL with credentials', httpUrl, `http://user:${marker}@host`],
    ['a database URL without a database', postgresUrl, `postgres://user:${marker}@host`],
    ['a key that is not base64', base64Key(32), `${marker}!`],
    ['a key of another length', base64Key(32), Buffer.from(marker).toString('base64')],
    ['a key of zeros', base64Key(32), Buffer.alloc(32).toString('base64')],
    ['a private key that is no JSON', jwk, marker],
    ['a private key of another curve', jwk, JSON.stringify({ ...privateKey, crv: 'X25519', marker })],
    ['a private key without d', jwk, JSON.stringify(publicKey)],
    ['a private key whose kid names no service', jwk, JSON.stringify({ ...privateKey, kid: marker })],
    ['public keys with a private one among them', jwks, JSON.stringify({ keys: [privateKey] })],
    ['an empty key set', jwks, '{"keys":[]}'],
    ['a symmetric key', jwks, JSON.stringify({ keys: [{ kty: 'oct', k: marker }] })],
  ]
  it.each(broken)('refuses %s without showing it', (_name, schema, value) => {
    const problems = problemsOf({ THING: value }, z.object({ thing: schema }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^THING: must /)
    expect(problems.join()).not.toContain(marker)
  })

  it.each([
    ...['', 'postgres', 'changeme', 'Change-me1', 'password', 'kitroom_booking'].map(
      (password) =>
        [
          'a database password',
          serviceDatabaseUrl,
          `postgres://kitroom_booking:${password}@db/kitroom`,
        ] as const,
    ),
    ['an address that cannot be read', serviceDatabaseUrl, 'postgres://kitroom:%zz@db/kitroom'] as const,
    ['no database password', serviceDatabaseUrl, 'postgres://kitroom_booking@db/kitroom'] as const,
    ...['changeme', 'postgres', 'password123', 'default!', 'xxxxxxxxxx', 'kitroom1'].map(
      (text) => ['a secret', secretText(8), text] as const,
    ),
    ['an empty secret', secretText(8), ''] as const,
    ['a short secret', secretText(8), 'kJ2-9x'] as const,
    ['a key of 128 bits', base64Key(32), Buffer.from('kJ2-found-me-9xQ').toString('base64')] as const,
    ['a key of one byte repeated', base64Key(32), Buffer.alloc(32, 'c').toString('base64')] as const,
  ])('refuses to start with %s that everybody would try: %#', (_name, schema, value) => {
    const problems = problemsOf({ THING: value }, z.object({ thing: schema }))
    expect(problems).toEqual([expect.stringMatching(/^THING: (must |is required)/)])
  })

  it('takes a database password that is random, whatever characters it has', () => {
    const url = 'postgres://kitroom_booking:fQ9%2Fx3v7@db:5432/kitroom'
    expect(problemsOf({ THING: url }, z.object({ thing: serviceDatabaseUrl }))).toEqual([])
  })

  it("refuses another service's private key", () => {
    const stolen = JSON.stringify({ ...privateKey, kid: 'audit:1' })
    expect(problemsOf({ ...good, SERVICE_PRIVATE_KEY: stolen })).toEqual([
      'SERVICE_PRIVATE_KEY: must have a kid that begins with booking:',
    ])
  })
})
