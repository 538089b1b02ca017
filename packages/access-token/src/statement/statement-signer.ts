import { SignJWT } from 'jose'

import { ExpiringCache } from '../expiring-cache.ts'
import { ALGORITHM, type SigningKey } from '../keys.ts'
import { type Statement, STATEMENT_SECONDS } from './statement.ts'

export interface StatementSigner {
  /** @param audience the service that shall believe it */
  sign(audience: string, statement: Statement): Promise<string>
}

export interface StatementSignerOptions {
  service: string
  privateJwk: SigningKey
  now?: () => Date
}

const CACHED_STATEMENTS = 5_000
/** A string is used again only while at least this much of its life remains. */
const REMAINING_SECONDS = 10

/**
 * Signs statements with a service's own key. The same string serves equal statements for 20 seconds, so a busy user
 * costs one signature, and the receiver one verification, for many requests.
 * @throws Error at once when the key belongs to another service
 */
export function statementSigner({ service, privateJwk, now }: StatementSignerOptions): StatementSigner {
  if (!privateJwk.kid.startsWith(`${service}:`))
    throw new Error(`The signing key of ${service} has another's kid.`)
  // One object for all signatures: jose keeps the imported key by its identity.
  const key = { ...privateJwk }
  const signed = new ExpiringCache<Promise<string>>(CACHED_STATEMENTS)

  return {
    sign(audience, statement) {
      const time = now?.() ?? new Date()
      const kept = cacheKey(audience, statement)
      const known = signed.get(kept, time)
      if (known) return known
      const issuedAt = Math.floor(time.getTime() / 1_000)
      const { address, session, member } = statement
      const signing = new SignJWT({ address, session, member })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'statement+jwt', kid: privateJwk.kid })
        .setIssuer(service)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + STATEMENT_SECONDS)
        .sign(key)
      const until = new Date((issuedAt + STATEMENT_SECONDS - REMAINING_SECONDS) * 1_000)
      signed.set(kept, signing, { from: time, until })
      signing.catch(() => signed.delete(kept))
      return signing
    },
  }
}

/** Equal for equal statements, whatever the order of members and roles. */
function cacheKey(audience: string, { address, session, member }: Statement): string {
  return JSON.stringify([
    audience,
    address,
    session && [session.userId, session.sessionId],
    member && [member.orgId, ...member.roles.toSorted()],
  ])
}
