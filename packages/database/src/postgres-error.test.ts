import { describe, expect, it } from '@jest/globals'

import { translate } from './postgres-error.ts'

const errorOf = (code: string) => Object.assign(new Error('not for clients'), { code })

describe('an error of the database', () => {
  it.each([
    ['a name that cannot be looked up now', 'EAI_AGAIN'],
    ['a name that is not known', 'ENOTFOUND'],
    ['a host that cannot be reached', 'EHOSTUNREACH'],
    ['nobody who listens', 'ECONNREFUSED'],
    ['a server that is starting', '57P03'],
    ['a password that is being exchanged', '28P01'],
    ['a statement that took too long', '57014'],
    ['no room for another connection', '53300'],
  ])('of %s (%s) is told to come back', (_, code) => {
    const told = translate(new Error('wrapped', { cause: errorOf(code) }), {})
    expect(told).toMatchObject({ code: 'dependency-unavailable', retryAfterSeconds: 1 })
    expect(String(told)).not.toContain('not for clients')
  })

  it('that is a mistake of ours stays what it is', () => {
    const mistake = errorOf('42703')
    expect(translate(mistake, {})).toBe(mistake)
  })
})
