import { afterEach, describe, expect, it } from '@jest/globals'

import { killAll, start } from './service-process.ts'

afterEach(killAll)

describe('a process at rest', () => {
  it('gives back what it needed while it worked, and does not interrupt its work for that', async () => {
    const { says, output } = start({ BEHAVIOUR: 'rest after work', LOG_LEVEL: 'debug' }, ['--expose-gc'])
    await says('"worked"')
    expect(output()).not.toContain('gave memory back')
    await says('gave memory back')
    const [, before, after] = /"before_mib":(\d+),"after_mib":(\d+)/.exec(output()) ?? []
    expect(Number(before) - Number(after)).toBeGreaterThan(30)
  })
})
