import { describe, expect, it } from '@jest/globals'
import { generateSigningKey, publicPart } from '@kitroom/access-token'

import { authConfig } from './config.ts'

const key = await generateSigningKey('auth:1')
const environment = {
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  NATS_URL: 'nats://127.0.0.1:4222',
  SERVICE_PRIVATE_KEY: JSON.stringify(key),
  SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: [publicPart(key)] }),
  DATABASE_URL: 'postgres://kitroom_auth:fQ9x3v7Lk2@127.0.0.1:5432/kitroom',
  BOOTSTRAP_TOKEN: 'fQ9-3v7Lk2',
  KEY_ENCRYPTION_KEY: Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)).toString('base64'),
  TOKEN_ISSUER: 'https://kitroom.test',
  TOKEN_AUDIENCE: 'kitroom',
}

describe('the configuration', () => {
  it('has the limits of the contract unless told otherwise', () => {
    expect(authConfig(environment)).toMatchObject({
      service: 'auth',
      loginFailuresPerAccount: 10,
      loginFailureWindowSeconds: 900,
    })
    expect(authConfig({ ...environment, LOGIN_FAILURES_PER_ACCOUNT: '3' }).loginFailuresPerAccount).toBe(3)
  })

  it.each([
    ['BOOTSTRAP_TOKEN', ''],
    ['BOOTSTRAP_TOKEN', 'short'],
    ['BOOTSTRAP_TOKEN', 'changeme'],
    ['BOOTSTRAP_TOKEN', 'Bootstrap1'],
    ['KEY_ENCRYPTION_KEY', Buffer.alloc(16, 'k').toString('base64')],
    ['KEY_ENCRYPTION_KEY', Buffer.alloc(32).toString('base64')],
    ['LOGIN_FAILURES_PER_ACCOUNT', '0'],
    ['BOOTSTRAP_TOKEN', 'password'],
    ['PREVIOUS_BOOTSTRAP_TOKEN', 'changeme123'],
    ['KEY_ENCRYPTION_KEY', 'changeme'],
    ['PREVIOUS_KEY_ENCRYPTION_KEY', Buffer.alloc(31, 'previous').toString('base64')],
    ['DATABASE_URL', 'mysql://somewhere'],
  ])('is refused with %s=%j, without repeating the value', (name, value) => {
    let told = ''
    try {
      authConfig({ ...environment, [name]: value })
    } catch (error) {
      told = String(error)
    }
    expect(told).toContain(`${name}: `)
    if (value !== '') expect(told).not.toContain(value)
  })
})
