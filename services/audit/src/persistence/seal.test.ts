import { createHash } from 'node:crypto'

import { describe, expect, it } from '@jest/globals'

import { GENESIS } from '../domain/chain.ts'
import { seal } from './seal.ts'

describe('seal', () => {
  it('hashes the predecessor’s 32 bytes and the canonical text, so that anybody can check it by hand', () => {
    const { canonical, hash } = seal(GENESIS.hash, { b: 1, a: 'ü' })
    expect(canonical).toBe('{"a":"ü","b":1}')
    const byHand = createHash('sha256').update(Buffer.alloc(32)).update(Buffer.from('{"a":"ü","b":1}'))
    expect(hash).toBe(byHand.digest('hex'))
  })

  it('does not depend on the order of keys or the spelling of numbers (RFC 8785)', () => {
    const one = seal(GENESIS.hash, JSON.parse('{"x":{"b":1e2,"a":-0},"y":"\\u0041"}'))
    const other = seal(GENESIS.hash, JSON.parse('{"y":"A","x":{"a":0,"b":100.0}}'))
    expect(one).toEqual(other)
  })

  it('depends on the predecessor', () => {
    expect(seal('11'.repeat(32), {}).hash).not.toBe(seal('22'.repeat(32), {}).hash)
  })
})
