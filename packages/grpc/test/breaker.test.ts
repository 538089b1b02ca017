import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from '@jest/globals'

import { type Breaker, breaker, BreakerOpen } from '../src/breaker.ts'
import { recordingLog } from './world.ts'

class Outage extends Error {}

const guards: Breaker[] = []
afterEach(() => {
  for (const guard of guards.splice(0)) guard.close()
})

function guarded(trialAfterMs: number) {
  const { lines, logger } = recordingLog()
  const guard = breaker('inventory', (error) => error instanceof Outage, logger, trialAfterMs)
  guards.push(guard)
  let calls = 0
  const run = (outcome: Promise<object>) =>
    guard
      .run(() => {
        calls += 1
        return outcome
      })
      .then(
        () => 'answer',
        (error: unknown) => (error instanceof BreakerOpen ? 'open' : 'error'),
      )
  return {
    works: () => run(Promise.resolve({})),
    fails: () => run(Promise.reject(new Outage())),
    refuses: () => run(Promise.reject(new Error('no'))),
    messages: () => lines.map(([, , message]) => message),
    calls: () => calls,
  }
}

async function times<T>(count: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let n = 0; n < count; n += 1) results.push(await run())
  return results
}

describe('a breaker', () => {
  it('opens after five outages and then calls nobody', async () => {
    const { fails, works, calls } = guarded(10_000)
    expect(await times(5, fails)).toEqual(Array(5).fill('error'))
    expect(await times(3, works)).toEqual(['open', 'open', 'open'])
    expect(calls()).toBe(5)
  })

  it('stays closed while most calls are answered', async () => {
    const { fails, works } = guarded(10_000)
    for (let n = 0; n < 10; n += 1) {
      await times(2, works)
      expect(await fails()).toBe('error')
    }
  })

  it('takes refusals for answers', async () => {
    const { refuses } = guarded(10_000)
    expect(await times(20, refuses)).toEqual(Array(20).fill('error'))
  })

  it('lets one call try after its time, and closes when that is answered', async () => {
    const { fails, works, messages } = guarded(100)
    await times(5, fails)
    expect(await works()).toBe('open')
    await sleep(150)
    expect(await times(2, works)).toEqual(['answer', 'answer'])
    expect(messages()).toEqual(['breaker open', 'breaker closed'])
  })

  it('stays open when the call that tries fails too', async () => {
    const { fails, works, calls } = guarded(100)
    await times(5, fails)
    await sleep(150)
    expect(await fails()).toBe('error')
    expect(await times(2, works)).toEqual(['open', 'open'])
    expect(calls()).toBe(6)
  })
})
