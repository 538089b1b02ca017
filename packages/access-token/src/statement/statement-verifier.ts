import { Role } from '@kitroom/contracts'
import { createLocalJWKSet, type JWTPayload } from 'jose'

import { ExpiringCache } from '../expiring-cache.ts'
import type { PublicJwks } from '../keys.ts'
import { refused, verifyJwt } from '../verify-jwt.ts'
import { type Statement, STATEMENT_SECONDS, type VerifiedStatement } from './statement.ts'

export interface StatementVerifier {
  /** @throws Failure unauthenticated */
  verify(token: string): Promise<VerifiedStatement>
}

export interface StatementVerifierOptions {
  /** The service that listens. */
  audience: string
  publicJwks: PublicJwks
  /** Which services may speak here: over HTTP only the gateway. */
  issuers: readonly string[]
  now?: () => Date
}

/** For clocks of machines side by side. */
const LEEWAY_SECONDS = 5
const CACHED_STATEMENTS = 10_000
const ROLES = Role.array()

/** Verifies statements of other services; a string once verified is believed until it expires. */
export function statementVerifier({
  audience,
  publicJwks,
  issuers,
  now,
}: StatementVerifierOptions): StatementVerifier {
  const keys = createLocalJWKSet({ keys: [...publicJwks.keys] })
  const verified = new ExpiringCache<VerifiedStatement>(CACHED_STATEMENTS)

  return {
    async verify(token) {
      const time = now?.() ?? new Date()
      const known = verified.get(token, time)
      if (known) return known
      const { kid, payload } = await verifyJwt(token, {
        typ: 'statement+jwt',
        keys,
        audience,
        issuers,
        leewaySeconds: LEEWAY_SECONDS,
        maxAgeSeconds: STATEMENT_SECONDS,
        requiredClaims: [],
        now: time,
      })
      // Each service signs in its own name only, whatever it writes into `iss`.
      if (kid.split(':')[0] !== payload.iss) throw refused()
      const statement = { issuer: payload.iss, ...statementOf(payload) }
      verified.set(token, statement, { from: time, until: new Date(payload.exp * 1_000) })
      return statement
    },
  }
}

function statementOf({ address, session, member }: JWTPayload): Statement {
  return {
    ...(address !== undefined && { address: text(address) }),
    ...(session !== undefined && {
      session: { userId: text(memberOf(session, 'userId')), sessionId: text(memberOf(session, 'sessionId')) },
    }),
    ...(member !== undefined && {
      member: { orgId: text(memberOf(member, 'orgId')), roles: roles(memberOf(member, 'roles')) },
    }),
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw refused()
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw refused()
}

function roles(value: unknown): Role[] {
  const parsed = ROLES.safeParse(value)
  if (parsed.success) return parsed.data
  throw refused()
}
