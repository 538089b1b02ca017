import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, it } from '@jest/globals'

import { accessTokenVerifier, type PublicJwk } from '../src/index.ts'

interface Vectors {
  testGroups: {
    public?: PublicJwk | { keys: PublicJwk[] }
    private?: PublicJwk | { keys: PublicJwk[] }
    tests: { tcId: number; comment: string; jws: unknown; result: 'valid' | 'invalid' }[]
  }[]
}

const folder = new URL('../../../../shared/data/', import.meta.url)
const read = (name: string): Vectors => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

const FILES = [
  ['wycheproof-json-web-signature.json', { invalid: 355, valid: 46 }],
  ['wycheproof-json-web-key.json', { invalid: 21, valid: 5 }],
] as const

// None of the vectors has an Ed25519 key, so the right answer to the valid ones is no as well (AUT-3). What they try with
// spellings of base64 is tried with tokens of ours in access-token.test.ts: jose alone is lenient there.
describe('the vectors of Wycheproof', () => {
  for (const [name, counts] of FILES) {
    if (!existsSync(new URL(name, folder))) {
      console.warn(`${name} is not in ../shared/data: its vectors are not checked`)
      it.skip(name, () => undefined)
      continue
    }
    it(`${name}: none is accepted, with its own keys trusted`, async () => {
      const accepted: string[] = []
      const tried = { invalid: 0, valid: 0 }
      for (const group of read(name).testGroups) {
        const material = group.public ?? group.private
        const keys = material === undefined ? [] : 'keys' in material ? material.keys : [material]
        const { verify } = accessTokenVerifier({ jwks: { keys }, issuer: 'auth', audience: 'kitroom' })
        for (const { tcId, comment, jws, result } of group.tests) {
          tried[result] += 1
          const token = typeof jws === 'string' ? jws : JSON.stringify(jws)
          await verify(token).then(
            () => accepted.push(`${tcId} ${comment}`),
            (error: unknown) => expect(error).toMatchObject({ code: 'unauthenticated' }),
          )
        }
      }
      expect(accepted).toEqual([])
      expect(tried).toEqual(counts)
    })
  }
})
