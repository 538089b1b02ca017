import type { SignedIn, SignIn } from '@kitroom/contracts'

import { RefreshToken } from '../../domain/sessions/refresh-token.ts'
import { Session } from '../../domain/sessions/session.ts'
import type { Ports } from '../ports.ts'
import { signedIn, wrongCredentials } from './signed-in.ts'

interface Door {
  address: string
  requestId: string
}

/**
 * Signs a person in. An unknown e-mail, a wrong password and an inactive account take the same way and the same time:
 * each verifies one hash and counts one failure.
 */
export const signIn =
  (ports: Ports) =>
  async ({ email, password }: SignIn, { address, requestId }: Door): Promise<SignedIn> => {
    const { directory, passwords, limits, tokens, inTransaction, newId } = ports
    await limits.check({ email, address })
    const known = await directory.credentialsOf(email)
    const matches = await passwords.verify(known?.passwordHash, password)
    if (known === undefined || !matches || !known.isActive) {
      await limits.failed({ email, address })
      throw wrongCredentials()
    }
    // Guesses that ran beside this one may have used up what is allowed: then the right one is told nothing either.
    await limits.check({ email, address })

    const { orgId, userId, passwordHash } = known
    const newHash = passwords.isOutdated(passwordHash) ? await passwords.hash(password) : undefined
    const secret = tokens.newRefreshSecret()
    const session = await inTransaction({ orgId, userId, requestId }, async ({ sessions, now }) => {
      if (!(await sessions.isActive(userId))) throw wrongCredentials()
      if (newHash !== undefined) await sessions.replacePassword(userId, newHash)
      const opened = new Session({ id: newId(), orgId, userId }, now)
      await sessions.open(opened, new RefreshToken(newId(), opened, null, secret.digest, now))
      return opened
    })
    await limits.succeeded({ email, address })
    return signedIn(ports, session, secret.token)
  }
