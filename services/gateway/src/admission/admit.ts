import type { IncomingMessage } from 'node:http'

import type { AccessTokenVerifier, Statement } from '@kitroom/access-token'
import { type Endpoint, networkOf } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { requireRole } from '@kitroom/http'

import type { AskCaller } from './callers.ts'
import { clientAddress } from './client-address.ts'
import { accessFor, bearerToken, orgIdOf } from './credentials.ts'
import { limitExceeded, type RateLimits, type Standing } from './rate-limits.ts'

export interface AdmissionParts {
  tokens: AccessTokenVerifier
  callerOf: AskCaller
  limits: RateLimits
  /** Of all members of an organisation together (DOS-7, TEN-13). */
  organizationLimits: RateLimits
  trustedProxies: number
}

/** What becomes known on the way, for the log and the headers of whatever the answer will be. */
export interface Witness {
  from(address: string): void
  identified(userId: string): void
  concerns(orgId: string): void
  counted(standing: Standing): void
}

/** Judges who is at the door and says what the services shall believe. */
export type Admit = (endpoint: Endpoint, request: IncomingMessage, witness: Witness) => Promise<Statement>

/**
 * The contract's order of judgement as far as it is the gateway's: token 401, organisation 400, membership 403, rate
 * 429, role 403. What comes after is the service's.
 */
export function admission({
  tokens,
  callerOf,
  limits,
  organizationLimits,
  trustedProxies,
}: AdmissionParts): Admit {
  const count = async (key: string, witness: Witness) => {
    const { exceeded, ...standing } = await limits.take(key)
    witness.counted(standing)
    if (exceeded) throw limitExceeded(standing)
  }
  // Told only when it is reached: until then a caller's own limit is what it can do something about.
  const countTogether = async (orgId: string, witness: Witness) => {
    const { exceeded, ...standing } = await organizationLimits.take(`org ${orgId}`)
    if (!exceeded) return
    witness.counted(standing)
    throw limitExceeded(standing)
  }

  return async (endpoint, request, witness) => {
    const address = clientAddress(request, trustedProxies)
    witness.from(address)
    const access = accessFor(endpoint, request.headers)
    if (access === 'public') {
      await count(`network ${networkOf(address)}`, witness)
      return { address }
    }

    const { sub: userId, sid: sessionId } = await tokens.verify(bearerToken(request.rawHeaders))
    witness.identified(userId)
    const session = { userId, sessionId }
    const orgId = access === 'session' ? undefined : orgIdOf(request.rawHeaders)
    if (orgId !== undefined) witness.concerns(orgId)
    const { active, roles } = await callerOf(session, orgId)
    if (!active) throw new Failure('unauthenticated', 'The session has ended. Sign in again.')
    if (access === 'session') {
      await count(`user ${userId}`, witness)
      return { address, session }
    }

    if (orgId === undefined) {
      throw new Failure('org-header-invalid', 'Send X-Org-Id once, with the UUID of an organisation.', {
        errors: [{ header: 'X-Org-Id', detail: 'Required once: a UUID in its dashed form.' }],
      })
    }
    if (roles.length === 0) {
      throw new Failure('not-a-member', 'You have no role in the organisation of X-Org-Id.')
    }
    await count(`user ${userId} org ${orgId}`, witness)
    await countTogether(orgId, witness)
    requireRole(roles, access)
    return { address, session, member: { orgId, roles } }
  }
}
