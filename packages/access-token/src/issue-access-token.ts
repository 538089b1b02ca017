import { SignJWT } from 'jose'

import { ALGORITHM, type SigningKey } from './keys.ts'

/** Who is given a token, and by whom. */
export interface Grant {
  issuer: string
  audience: string
  userId: string
  sessionId: string
  /** Unique for each token. */
  tokenId: string
  /** At most, and unless told, ten minutes (AUT-2). */
  lifetimeSeconds?: number
  now?: Date
}

export const MAX_ACCESS_TOKEN_SECONDS = 600

/** Signs an access token (RFC 9068). Roles are not in it: they change while it lives (AUT-6). */
export function issueAccessToken(key: SigningKey, grant: Grant): Promise<string> {
  const issuedAt = Math.floor((grant.now ?? new Date()).getTime() / 1_000)
  const lifetime = Math.min(grant.lifetimeSeconds ?? MAX_ACCESS_TOKEN_SECONDS, MAX_ACCESS_TOKEN_SECONDS)
  return new SignJWT({ sid: grant.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: key.kid })
    .setIssuer(grant.issuer)
    .setAudience(grant.audience)
    .setSubject(grant.userId)
    .setJti(grant.tokenId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign({ ...key })
}
