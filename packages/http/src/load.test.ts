import { EventEmitter } from 'node:events'

import { afterEach, describe, expect, it } from '@jest/globals'

import { loadGuard, type LoadLimits } from './load.ts'

const responses: EventEmitter[] = []
afterEach(() => void (responses.length = 0))

/** A guard, and a way to take on so many requests; says how many were refused. */
function guarded(limits: LoadLimits, lateMs?: () => number, now?: () => number) {
  const guard = loadGuard(limits, lateMs, now)
  return (count: number) => {
    const refused = Array.from({ length: count }, () => {
      const response = new EventEmitter()
      try {
        guard.admit(response)
        responses.push(response)
        return 0
      } catch (error) {
        expect(error).toMatchObject({ code: 'dependency-unavailable', retryAfterSeconds: 1 })
        return 1
      }
    })
    return refused.reduce<number>((sum, one) => sum + one, 0)
  }
}

const onTime = () => 0

describe('the load that is taken on', () => {
  it('is 200 requests at the same time, unless told', () => {
    expect(guarded({}, onTime)(203)).toBe(3)
    expect(guarded({ maxInFlight: 5 }, onTime)(7)).toBe(2)
  })

  it('grows again with every answer that is over', () => {
    const take = guarded({ maxInFlight: 4 }, onTime)
    expect(take(4)).toBe(0)
    for (const response of responses.slice(0, 2)) response.emit('close')
    expect(take(3)).toBe(1)
  })

  it('is a quarter for those who stay longer than a quarter of a second, until all but an eighth have gone', () => {
    let now = 0
    const take = guarded({ maxInFlight: 40 }, onTime, () => now)
    const goes = (count: number) => {
      for (const response of responses.splice(0, count)) response.emit('close')
    }
    expect(take(40)).toBe(0)
    now = 250
    goes(15)
    expect(take(15)).toBe(0)
    now = 251
    goes(31)
    expect(take(5)).toBe(4)
    goes(5)
    expect(take(6)).toBe(1)
    goes(6)
    expect(take(36)).toBe(0)
  })

  it('is a quarter while the event loop is late, and whole again after', () => {
    let late = 101
    const take = guarded({ maxInFlight: 40 }, () => late)
    expect(take(12)).toBe(2)
    late = 100
    expect(take(30)).toBe(0)
    expect(take(1)).toBe(1)
  })

  it('is measured by the event loop itself', async () => {
    const take = guarded({ maxInFlight: 4, maxLoopDelayMs: 40 })
    while (take(4) !== 3) {
      for (const response of responses.splice(0)) response.emit('close')
      const end = performance.now() + 120
      while (performance.now() < end);
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
})
