import { createHash, randomBytes } from 'node:crypto'

import { issueAccessToken, MAX_ACCESS_TOKEN_SECONDS } from '@kitroom/access-token'
import { KeySet } from '@kitroom/contracts'

import type { SigningKeys } from '../persistence/signing-keys.ts'
import type { NewId, Tokens } from '../use-cases/ports.ts'

interface TokenOptions {
  keys: SigningKeys
  issuer: string
  audience: string
  newId: NewId
}

const digestOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** Access tokens are signed; a refresh token is 256 random bits, of which only the SHA-256 is kept (AUT-2). */
export const tokens = ({ keys, issuer, audience, newId }: TokenOptions): Tokens => ({
  digestOf,
  newRefreshSecret() {
    const token = randomBytes(32).toString('base64url')
    return { token, digest: digestOf(token) }
  },
  async accessToken(userId, sessionId) {
    const grant = { issuer, audience, userId, sessionId, tokenId: newId() }
    return { token: await issueAccessToken(await keys.current(), grant), expiresIn: MAX_ACCESS_TOKEN_SECONDS }
  },
  async keySet() {
    return KeySet.parse({ keys: await keys.published() })
  },
})
