import type { SignedIn } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { judge, RefreshToken } from '../../domain/sessions/refresh-token.ts'
import type { Ports } from '../ports.ts'
import { signedIn } from './signed-in.ts'

const refused = () =>
  new Failure('invalid-credentials', 'The refresh token is no longer good. Sign in again.')

/**
 * Rotates a refresh token. Those who refresh one session take turns, so at most one token of its family is good at any
 * time. A reuse ends the session: that is committed before the refusal is thrown.
 */
export const refreshSession =
  (ports: Ports) =>
  async (token: string, requestId: string): Promise<SignedIn> => {
    const { directory, tokens, inTransaction, newId } = ports
    const digest = tokens.digestOf(token)
    const known = await directory.sessionOf(digest)
    if (known === undefined) throw refused()

    const { orgId, userId, sessionId } = known
    const secret = tokens.newRefreshSecret()
    const session = await inTransaction({ orgId, userId, requestId }, async ({ sessions, now }) => {
      const family = await sessions.forChange(sessionId)
      const presented = await sessions.token(digest)
      if (family === undefined || presented === undefined) return undefined
      const successor = await sessions.successorOf(presented)
      const verdict = judge(presented, family, successor, now)
      if (verdict === 'end') family.end('REUSED', now)
      if (verdict === 'end' || verdict === 'refuse' || !(await sessions.isActive(userId))) return undefined
      if (successor !== undefined) successor.replacedAt = now
      presented.usedAt ??= now
      sessions.addToken(new RefreshToken(newId(), family, presented, secret.digest, now))
      return family
    })
    if (session === undefined) throw refused()
    return signedIn(ports, session, secret.token)
  }
