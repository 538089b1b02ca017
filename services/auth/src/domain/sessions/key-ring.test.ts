import { describe, expect, it } from '@jest/globals'

import { keyRing, NOTICE_SECONDS } from './key-ring.ts'

const NOTICE_MS = NOTICE_SECONDS * 1_000

const MINUTE = 60_000
const VERIFIERS_REMEMBER = 10 * MINUTE
const TOKEN_LIFE = 10 * MINUTE
const at = (ms: number) => new Date(Date.UTC(2026, 2, 1) + ms)
const key = (kid: string, activeFromMs: number) => ({ kid, activeFrom: at(activeFromMs) })
const kids = (keys: { kid: string }[]) => keys.map(({ kid }) => kid)

describe('the ring of signing keys', () => {
  const rotatedAt = 60 * MINUTE
  const keys = [key('old', 0), key('new', rotatedAt + NOTICE_MS)]

  it('shows a new key for longer than verifiers remember before it signs', () => {
    const before = keyRing(keys, at(rotatedAt + VERIFIERS_REMEMBER))
    expect(before.signing.kid).toBe('old')
    expect(kids(before.published)).toEqual(['new', 'old'])
    expect(keyRing(keys, at(rotatedAt + NOTICE_MS)).signing.kid).toBe('new')
  })

  it('shows the old key until its last token is dead, and then lets it go', () => {
    const lastSigned = rotatedAt + NOTICE_MS
    const during = keyRing(keys, at(lastSigned + TOKEN_LIFE + 30_000))
    expect(kids(during.published)).toEqual(['new', 'old'])
    expect(during.dead).toEqual([])
    const later = keyRing(keys, at(lastSigned + 2 * TOKEN_LIFE))
    expect(kids(later.published)).toEqual(['new'])
    expect(kids(later.dead)).toEqual(['old'])
  })

  it('counts the end of a key from its own successor, not from the newest', () => {
    const three = [key('a', 0), key('b', 60 * MINUTE), key('c', 65 * MINUTE)]
    const ring = keyRing(three, at(72 * MINUTE))
    expect(ring.signing.kid).toBe('c')
    expect(kids(ring.published)).toEqual(['c', 'b'])
    expect(kids(ring.dead)).toEqual(['a'])
  })

  it('cannot do without a key that signs', () => {
    expect(() => keyRing([key('to come', MINUTE)], at(0))).toThrow('No signing key')
  })
})
