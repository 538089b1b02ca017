import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, it } from '@jest/globals'

import { accessTokenVerifier, type PublicJwk } from '../src/index.ts'

interface Vectors {
  testGroups: {
    public?: PublicJwk | { keys: PublicJwk[] }
    private?: PublicJwk | { keys: PublicJwk[] }
    tests: { tcId: number; comment: string; jws: unknown }[]
  }[]
}

const folder = new URL('../../../../shared/data/', import.meta.url)
const read = (name: string): Vectors => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

// None of the vectors is an Ed25519 token of ours, so the right answer to each of them is no (AUT-3).
describe('the vectors of Wycheproof', () => {
  for (const name of ['wycheproof-json-web-signature.json', 'wycheproof-json-web-key.json']) {
    if (!existsSync(new URL(name, folder))) {
      console.warn(`${name} is not in ../shared/data: its vectors are not checked`)
      it.skip(name, () => undefined)
      continue
    }
    it(`${name}: none is accepted, with its own keys trusted`, async () => {
      const accepted: string[] = []
      let tried = 0
      for (const group of read(name).testGroups) {
        const material = group.public ?? group.private
        const keys = material === undefined ? [] : 'keys' in material ? material.keys : [material]
        const { verify } = accessTokenVerifier({ jwks: { keys }, issuer: 'auth', audience: 'kitroom' })
        for (const { tcId, comment, jws } of group.tests) {
          tried += 1
          const token = typeof jws === 'string' ? jws : JSON.stringify(jws)
          await verify(token).then(
            () => accepted.push(`${tcId} ${comment}`),
            (error: unknown) => expect(error).toMatchObject({ code: 'unauthenticated' }),
          )
        }
      }
      expect(accepted).toEqual([])
      expect(tried).toBeGreaterThan(20)
    })
  }
})
