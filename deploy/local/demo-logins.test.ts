import { describe, expect, it } from '@jest/globals'

import { demoLoginLines, readDemoLogins } from './demo-logins.ts'

describe('the demo logins', () => {
  it('are shown in columns under their organisation', () => {
    const lines = demoLoginLines([
      { organization: 'Arts', role: 'admin', email: 'ada@arts.example', password: 'one' },
      { organization: 'Arts', role: 'student', email: 'bo@arts.example', password: 'two' },
      { organization: 'Film', role: 'staff', email: 'cy@film.example', password: 'three' },
    ])
    expect(lines).toEqual([
      '  Arts',
      '    admin    ada@arts.example  one',
      '    student  bo@arts.example   two',
      '  Film',
      '    staff    cy@film.example   three',
    ])
  })

  it('are none where no seed has run', () => {
    expect(demoLoginLines(readDemoLogins('/nowhere/demo-logins.json'))).toEqual([])
  })
})
