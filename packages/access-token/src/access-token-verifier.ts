import { createLocalJWKSet } from 'jose'

import { ExpiringCache } from './expiring-cache.ts'
import { MAX_ACCESS_TOKEN_SECONDS } from './issue-access-token.ts'
import type { PublicJwks } from './keys.ts'
import { remoteKeys, type RemoteKeysOptions } from './remote-keys.ts'
import { refused, verifyJwt } from './verify-jwt.ts'

/** What a valid access token says. */
export interface AccessClaims {
  /** The user's id. */
  sub: string
  /** The session's id. */
  sid: string
  jti: string
  /** Seconds since 1970, as in the token. */
  iat: number
  exp: number
}

export interface AccessTokenVerifier {
  /** @throws Failure unauthenticated, or dependency-unavailable when the keys could never be fetched */
  verify(token: string): Promise<AccessClaims>
}

export type AccessTokenVerifierOptions = {
  issuer: string
  audience: string
  now?: () => Date
} & (
  | { jwks: PublicJwks }
  | ({ jwksUrl: string } & Partial<Pick<RemoteKeysOptions, 'cooldownSeconds' | 'maxAgeSeconds' | 'headers'>>)
)

const LEEWAY_SECONDS = 10
const CACHED_TOKENS = 10_000
/** How long a verified token is believed without looking again; so long a withdrawn key may still count. */
const CACHED_MS = 30_000

/** Verifies access tokens of one issuer for one audience (AUT-1). */
export function accessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const keys =
    'jwks' in options
      ? createLocalJWKSet({ keys: [...options.jwks.keys] })
      : remoteKeys({ ...options, url: options.jwksUrl, cooldownSeconds: options.cooldownSeconds ?? 30 })
  const verified = new ExpiringCache<AccessClaims>(CACHED_TOKENS)

  return {
    async verify(token) {
      const now = options.now?.() ?? new Date()
      const known = verified.get(token, now)
      if (known) return known
      const { payload } = await verifyJwt(token, {
        typ: 'at+jwt',
        keys,
        audience: options.audience,
        issuers: [options.issuer],
        leewaySeconds: LEEWAY_SECONDS,
        maxAgeSeconds: MAX_ACCESS_TOKEN_SECONDS,
        requiredClaims: ['sub', 'sid', 'jti'],
        now,
      })
      const claims = {
        sub: text(payload.sub),
        sid: text(payload['sid']),
        jti: text(payload.jti),
        iat: payload.iat,
        exp: payload.exp,
      }
      const until = new Date(Math.min(claims.exp * 1_000, now.getTime() + CACHED_MS))
      verified.set(token, claims, { from: now, until })
      return claims
    },
  }
}

function text(claim: unknown): string {
  if (typeof claim === 'string' && claim !== '' && claim.length <= 100) return claim
  throw refused()
}
