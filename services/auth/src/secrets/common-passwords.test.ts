import { describe, expect, it } from '@jest/globals'
import { dictionary } from '@zxcvbn-ts/language-common'

import { isCommonPassword } from './common-passwords.ts'

describe('a common password', () => {
  it('is one of more than 3,000 that are long enough to be chosen here', () => {
    const chosen = dictionary['passwords-common'].filter((password) => password.length >= 8)
    expect(chosen.length).toBeGreaterThan(3_000)
    expect(chosen.filter((password) => !isCommonPassword(password))).toEqual([])
  })

  it.each(['password', 'Password123', 'QWERTYUIOP', 'iloveyou1'])('is %s', (password) => {
    expect(isCommonPassword(password)).toBe(true)
  })

  it.each(['correct horse battery', 'never-to-be-seen-7731', 'пароль и ещё слово'])(
    'is not %s',
    (password) => {
      expect(isCommonPassword(password)).toBe(false)
    },
  )
})
