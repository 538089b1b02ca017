import { describe, expect, it } from '@jest/globals'
import { working } from '@kitroom/observability'

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
    ['an e-mail address', { user: { email: 'MARKER' } }],
    ['a name', { body: { user: { full_name: 'MARKER' } } }],
    ['what a booking is for', { booking: { purpose: 'MARKER' } }],
    ['a password in a list', { people: [[{ password: 'MARKER' }]] }],
    ['a password far down', { a: { b: { c: { d: { password: 'MARKER' } } } } }],
  ])('hides %s', (_name, fields) => {
    const line = logged((logger) => logger.info(fields, 'hello'))
    expect(JSON.stringify(line)).not.toContain('MARKER')
    expect(JSON.stringify(line)).toContain('[redacted]')
  })

  it.each(['err', 'reason'])('tells no rows that PostgreSQL adds to an error, as %s', (name) => {
    const refused = Object.assign(new Error('violates check constraint "a"'), {
      code: '23514',
      constraint: 'a',
      detail: 'Failing row contains (MARKER).',
    })
    const line = logged((logger) => logger.error({ [name]: refused }, 'x'))
    const told = { type: 'Error', code: '23514', constraint: 'a', message: refused.message }
    expect(line).toMatchObject({ [name]: told })
    expect(JSON.stringify(line)).not.toContain('MARKER')
  })

  it('writes times and addresses as they are written elsewhere', () => {
    const fields = { at: new Date('2031-03-03T09:00:00.000Z'), from: new URL('http://inventory:3002/') }
    expect(logged((logger) => logger.info({ fields }, 'hello'))).toMatchObject({
      fields: { at: '2031-03-03T09:00:00.000Z', from: 'http://inventory:3002/' },
    })
  })

  it('comes to an end with what contains itself', () => {
    const endless: Record<string, unknown> = {}
    endless['self'] = endless
    expect(JSON.stringify(logged((logger) => logger.info({ endless }, 'hello')))).toContain('[deeper]')
  })

  it('names the request and the organisation of the work in hand, and nothing outside of one', () => {
    const write = (logger: ReturnType<typeof createLogger>) => logger.info({}, 'hello')
    const line = working({ requestId: 'r-1', orgId: 'o-1' }, () => logged(write))
    expect(line).toMatchObject({ request_id: 'r-1', org_id: 'o-1' })
    expect(logged(write)).not.toHaveProperty('request_id')
  })

  it('tells the causes of an error', () => {
    const line = logged((logger) =>
      logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'x'),
    )
    expect(JSON.stringify(line)).toContain('inner')
  })
})
