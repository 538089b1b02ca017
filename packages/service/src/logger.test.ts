import { describe, expect, it } from '@jest/globals'

import { createLogger } from './logger.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  let line = ''
  write(createLogger({ service: 'booking', level: 'info' }, { write: (text) => void (line += text) }))
  return JSON.parse(line)
}

describe('createLogger', () => {
  it('writes one JSON object with the service, the level by name and the time', () => {
    expect(logged((logger) => logger.info({ a: 1 }, 'hello'))).toEqual({
      service: 'booking',
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      a: 1,
      msg: 'hello',
    })
  })

  it.each([
    ['authorization in headers', { req: { headers: { authorization: 'Bearer MARKER' } } }],
    ['the statement in headers', { req: { headers: { 'x-kitroom-statement': 'MARKER' } } }],
    ['a cookie', { headers: { cookie: 'MARKER' } }],
    ['a password', { password: 'MARKER' }],
    ['a password in a body', { body: { password: 'MARKER' } }],
    ['a refresh token', { body: { refresh_token: 'MARKER' } }],
    ['an access token three levels down', { a: { b: { c: { access_token: 'MARKER' } } } }],
    [
      'the configuration',
      { config: { databaseUrl: 'postgres://u:MARKER@h/d', servicePrivateKey: { d: 'MARKER' } } },
    ],
  ])('hides %s', (_name, fields) => {
    const line = logged((logger) => logger.info(fields, 'hello'))
    expect(JSON.stringify(line)).not.toContain('MARKER')
    expect(JSON.stringify(line)).toContain('[redacted]')
  })

  it('tells the causes of an error', () => {
    const line = logged((logger) =>
      logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'x'),
    )
    expect(JSON.stringify(line)).toContain('inner')
  })
})
