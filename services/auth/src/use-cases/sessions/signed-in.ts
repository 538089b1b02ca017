import type { SignedIn } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Session } from '../../domain/sessions/session.ts'
import type { Ports } from '../ports.ts'

/** The one answer to every sign-in that fails, so that it tells nothing about accounts (AUT-10). */
export const wrongCredentials = () =>
  new Failure('invalid-credentials', 'The e-mail or the password is wrong, or the account cannot sign in.')

/** What whoever signed in, or refreshed, gets. */
export async function signedIn(
  { directory, tokens }: Ports,
  session: Pick<Session, 'id' | 'userId'>,
  refreshToken: string,
): Promise<SignedIn> {
  const user = await directory.accountView(session.userId)
  if (user === undefined) throw wrongCredentials()
  const { token, expiresIn } = await tokens.accessToken(session.userId, session.id)
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: refreshToken,
    user,
  }
}
