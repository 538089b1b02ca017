import type { SignedIn, SignIn } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { RefreshToken } from '../../domain/sessions/refresh-token.ts'
import { Session } from '../../domain/sessions/session.ts'
import type { AccessRefusal, Credentials, Ports } from '../ports.ts'
import { signedIn, wrongCredentials } from './signed-in.ts'

interface Door {
  address: string
  requestId: string
}

/** Signs a person in. What is wrong with an attempt is told to the log, never to whoever made it. */
export const signIn =
  (ports: Ports) =>
  async ({ email, password }: SignIn, { address, requestId }: Door): Promise<SignedIn> => {
    const { passwords, limits, tokens, inTransaction, newId, note } = ports
    const attempt = { email, address }
    const { orgId, userId, passwordHash } = await limits.inTurn(attempt, () =>
      recognised(ports, { email, password }, { address, requestId }),
    )
    const newHash = passwords.isOutdated(passwordHash) ? await passwords.hash(password) : undefined
    const secret = tokens.newRefreshSecret()
    const session = await inTransaction({ orgId, userId, requestId }, async ({ sessions, now }) => {
      if (!(await sessions.isActive(userId))) throw wrongCredentials()
      if (newHash !== undefined) await sessions.replacePassword(userId, newHash)
      const opened = new Session({ id: newId(), orgId, userId }, now)
      await sessions.open(opened, new RefreshToken(newId(), opened, null, secret.digest, now))
      return opened
    })
    await limits.succeeded(attempt)
    note({ event: 'signed in', userId, orgId, address, requestId })
    return signedIn(ports, session, secret.token)
  }

/**
 * Whose e-mail and password these are. An unknown e-mail, a wrong password and an inactive account take the same way
 * and the same time: each verifies one hash and counts one failure (AUT-10).
 */
async function recognised(
  { directory, passwords, limits, note }: Ports,
  { email, password }: SignIn,
  { address, requestId }: Door,
): Promise<Credentials> {
  const attempt = { email, address }
  const refuse = (reason: AccessRefusal, { userId, orgId }: Partial<Credentials> = {}) => {
    const who = userId === undefined || orgId === undefined ? {} : { userId, orgId }
    note({ event: 'sign-in refused', reason, ...who, address, requestId })
  }
  const limited = (error: unknown) => {
    if (error instanceof Failure && error.code === 'rate-limited') refuse('too-many-failures')
    throw error
  }

  await limits.check(attempt).catch(limited)
  const known = await directory.credentialsOf(email)
  const matches = await passwords.verify(known?.passwordHash, password)
  if (known === undefined || !matches || !known.isActive) {
    refuse(refusalOf(known, matches), known)
    await limits.failed(attempt).catch(limited)
    throw wrongCredentials()
  }
  // Guesses at other accounts that ran beside this one may have used up what the address is allowed.
  await limits.check(attempt).catch(limited)
  return known
}

function refusalOf(known: Credentials | undefined, matches: boolean): AccessRefusal {
  if (known === undefined) return 'unknown-email'
  return matches ? 'inactive-account' : 'wrong-password'
}
