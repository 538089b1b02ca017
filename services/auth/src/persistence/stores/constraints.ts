import type { Constraints } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

export const alreadyMember = () =>
  new Failure('already-exists', 'Somebody with this e-mail is a member of this organisation already.')

/** What whoever loses a race is told. */
export const constraints: Constraints = {
  app_user_email: () => new Failure('already-exists', 'This e-mail has an account already.'),
  membership_pkey: alreadyMember,
  user_role_once: alreadyMember,
}
