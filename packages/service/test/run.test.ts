import { afterEach, describe, expect, it } from '@jest/globals'

import { isNodeRecentEnough } from '../src/node-version.ts'
import { killAll, start } from './service-process.ts'

afterEach(killAll)

const times = (text: string, part: string) => text.split(part).length - 1

describe('run', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('disposes once and exits with 0 on %s', async (signal) => {
    const { child, says, output, exited } = start({ BEHAVIOUR: 'take time to stop' })
    await says('"started"')
    child.kill(signal)
    await says('"disposed"')
    child.kill(signal)
    expect(await exited).toBe(0)
    expect(times(output(), '"disposed"')).toBe(1)
  })

  it('stops when the parent is gone, if told so', async () => {
    const { child, says, exited } = start({ BEHAVIOUR: 'serve', EXIT_WITH_PARENT: '1' })
    await says('"started"')
    child.stdin.end()
    expect(await exited).toBe(0)
  })

  it.each([
    ['SIGUSR1', 'nobody caught this'],
    ['SIGUSR2', 'a timer threw'],
  ] as const)('logs what nobody caught, drains and exits with 1 (%s: %s)', async (signal, message) => {
    const { child, says, output, exited } = start({ BEHAVIOUR: 'serve' })
    await says('"started"')
    child.kill(signal)
    expect(await exited).toBe(1)
    expect(output()).toContain(message)
    expect(output()).toContain('"disposed"')
  })

  it('exits with 1 when it cannot start, and says why', async () => {
    const { output, exited } = start({ BEHAVIOUR: 'fail to start' })
    expect(await exited).toBe(1)
    expect(output()).toContain('no database')
  })

  it('exits with 1 when stopping fails', async () => {
    const { child, says, exited } = start({ BEHAVIOUR: 'fail to stop' })
    await says('"started"')
    child.kill('SIGTERM')
    expect(await exited).toBe(1)
  })

  it('exits with 78 and names every bad variable', async () => {
    const { output, exited } = start({ LOG_LEVEL: 'loud' })
    expect(await exited).toBe(78)
    expect(output()).toContain('LOG_LEVEL')
    expect(output()).toContain('BEHAVIOUR: is required')
  })

  it('cuts off a stop that hangs', async () => {
    const { child, says, output, exited } = start({ BEHAVIOUR: 'hang' })
    await says('"started"')
    child.kill('SIGTERM')
    expect(await exited).toBe(1)
    expect(output()).toContain('stopping took too long')
  })
})

describe('isNodeRecentEnough', () => {
  it.each([
    ['20.20.2', false],
    ['24.11.0', false],
    ['24.11.1', true],
    ['24.21.0', true],
    ['26.0.0', true],
  ])('%s: %s', (version, enough) => {
    expect(isNodeRecentEnough(version)).toBe(enough)
  })
})
