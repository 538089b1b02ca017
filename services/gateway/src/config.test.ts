import { afterEach, describe, expect, it } from '@jest/globals'
import { generateSigningKey, publicPart } from '@kitroom/access-token'

import { gatewayConfig } from './config.ts'

const key = await generateSigningKey('gateway:1')
const ENVIRONMENT = {
  HTTP_PORT: '0',
  NATS_URL: 'nats://127.0.0.1:4222',
  SERVICE_PRIVATE_KEY: JSON.stringify(key),
  SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: [publicPart(key)] }),
  AUTH_URL: 'http://auth:8080',
  INVENTORY_URL: 'http://inventory:8080/',
  BOOKING_URL: 'http://booking:8080',
  AUDIT_URL: 'http://audit:8080',
  AUTH_GRPC: 'auth:9090',
  TOKEN_ISSUER: 'https://auth.example',
  TOKEN_AUDIENCE: 'kitroom',
}
const before = { ...process.env }
afterEach(() => {
  process.env = { ...before }
})

const configWith = (changed: Record<string, string>) => {
  Object.assign(process.env, ENVIRONMENT, changed)
  return gatewayConfig()
}

describe('the configuration', () => {
  it('has careful defaults', () => {
    expect(configWith({})).toMatchObject({
      inventoryUrl: 'http://inventory:8080',
      rateLimitPerMinute: 600,
      rateLimitOrgPerMinute: 12_000,
      corsOrigins: [],
      trustedProxies: 0,
      drainSeconds: 0,
    })
  })

  it('reads a list of origins', () => {
    const { corsOrigins } = configWith({ CORS_ORIGINS: 'https://lend.example, http://localhost:5173' })
    expect(corsOrigins).toEqual(['https://lend.example', 'http://localhost:5173'])
  })

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://*.example'],
    ['CORS_ORIGINS', 'https://lend.example/'],
    ['RATE_LIMIT_PER_MINUTE', '0'],
    ['RATE_LIMIT_PER_MINUTE', 'many'],
    ['RATE_LIMIT_ORG_PER_MINUTE', '0'],
    ['TRUSTED_PROXIES', '-1'],
    ['DRAIN_SECONDS', '60'],
    ['AUTH_GRPC', 'http://auth:9090'],
    ['AUTH_URL', 'auth'],
  ])('refuses %s=%s and names it', (variable, value) => {
    expect(() => configWith({ [variable]: value })).toThrow(new RegExp(`\\n {2}${variable}: `))
  })
})
