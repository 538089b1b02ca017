import { describe, expect, it } from '@jest/globals'

import { ExpiringCache } from './expiring-cache.ts'

const at = (seconds: number) => new Date(seconds * 1_000)
const until = (seconds: number) => ({ from: at(0), until: at(seconds) })

describe('ExpiringCache', () => {
  it('returns a value until its time and not at it', () => {
    const cache = new ExpiringCache<string>(10)
    cache.set('a', 'value', until(10))
    expect(cache.get('a', at(9.999))).toBe('value')
    expect(cache.get('a', at(10))).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('never holds more than its capacity, and lets the oldest go first', () => {
    const cache = new ExpiringCache<number>(100)
    for (let n = 0; n < 10_000; n += 1) cache.set(String(n), n, until(10))
    expect(cache.size).toBe(100)
    expect(cache.get('9899', at(0))).toBeUndefined()
    expect(cache.get('9900', at(0))).toBe(9900)
  })

  it('makes no room for a key it already has', () => {
    const cache = new ExpiringCache<number>(2)
    cache.set('a', 1, until(10))
    cache.set('b', 1, until(10))
    cache.set('b', 2, until(10))
    expect(cache.get('a', at(0))).toBe(1)
    expect(cache.get('b', at(0))).toBe(2)
  })
})
