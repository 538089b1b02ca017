import { randomBytes } from 'node:crypto'

import { describe, expect, it } from '@jest/globals'

import { sealUnder } from './seal.ts'

describe('a sealed text', () => {
  const seal = sealUnder(randomBytes(32))

  it('opens with the same key and context, and looks different each time', () => {
    const [once, twice] = [seal.close('a private key', 'kid'), seal.close('a private key', 'kid')]
    expect(seal.open(once, 'kid')).toBe('a private key')
    expect(once.equals(twice)).toBe(false)
    expect(once.includes('private')).toBe(false)
  })

  it('opens also when it was sealed under the previous key, while that is named', () => {
    const [old, next] = [randomBytes(32), randomBytes(32)]
    const sealed = sealUnder(old).close('a private key', 'kid')
    expect(sealUnder(next, old).open(sealed, 'kid')).toBe('a private key')
    expect(() => sealUnder(next).open(sealed, 'kid')).toThrow('KEY_ENCRYPTION_KEY')
    expect(() => sealUnder(next, randomBytes(32)).open(sealed, 'kid')).toThrow('KEY_ENCRYPTION_KEY')
    expect(() => sealUnder(old).open(sealUnder(next, old).close('a', 'kid'), 'kid')).toThrow(
      'KEY_ENCRYPTION_KEY',
    )
  })

  it('opens under no other key, for no other context and after no change', () => {
    const sealed = seal.close('a private key', 'kid')
    const changed = Buffer.from(sealed)
    changed[20] = (changed[20] ?? 0) ^ 1
    expect(() => sealUnder(randomBytes(32)).open(sealed, 'kid')).toThrow('KEY_ENCRYPTION_KEY')
    expect(() => seal.open(sealed, 'another')).toThrow('KEY_ENCRYPTION_KEY')
    expect(() => seal.open(changed, 'kid')).toThrow('KEY_ENCRYPTION_KEY')
  })
})
