import type { SignedIn } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { judge, RefreshToken } from '../../domain/sessions/refresh-token.ts'
import type { Ports } from '../ports.ts'
import { signedIn } from './signed-in.ts'

const refused = () =>
  new Failure('invalid-credentials', 'The refresh token is no longer good. Sign in again.')

interface Door {
  address: string
  requestId: string
}

/**
 * Rotates a refresh token. Those who refresh one session take turns, so at most one token of its family is good at any
 * time. A reuse ends the session: that is committed before the refusal is thrown.
 */
export const refreshSession =
  (ports: Ports) =>
  async (token: string, { address, requestId }: Door): Promise<SignedIn> => {
    const { directory, tokens, inTransaction, newId, note } = ports
    const digest = tokens.digestOf(token)
    const known = await directory.sessionOf(digest)
    if (known === undefined) {
      note({ event: 'refresh refused', reason: 'unknown-token', address, requestId })
      throw refused()
    }

    const { orgId, userId, sessionId } = known
    const secret = tokens.newRefreshSecret()
    const outcome = await inTransaction({ orgId, userId, requestId }, async ({ sessions, now }) => {
      const family = await sessions.forChange(sessionId)
      const presented = await sessions.token(digest)
      if (family === undefined || presented === undefined) return 'unknown-token'
      const successor = await sessions.successorOf(presented)
      const verdict = judge(presented, family, successor, now)
      if (verdict === 'end') {
        family.end('REUSED', now)
        return 'token-reused'
      }
      if (verdict === 'refuse') return 'session-over'
      if (!(await sessions.isActive(userId))) return 'inactive-account'
      if (successor !== undefined) successor.replacedAt = now
      presented.usedAt ??= now
      sessions.addToken(new RefreshToken(newId(), family, presented, secret.digest, now))
      return family
    })
    if (typeof outcome === 'string') {
      note({ event: 'refresh refused', reason: outcome, userId, orgId, address, requestId })
      throw refused()
    }
    return signedIn(ports, outcome, secret.token)
  }
