import type { Call, Joining } from '@kitroom/contracts'

import { Account } from '../../domain/members/account.ts'
import { Member } from '../../domain/members/member.ts'
import { Membership } from '../../domain/members/membership.ts'
import type { Ports } from '../ports.ts'
import { requireUncommon } from './acceptable-password.ts'

/** Adds a member. An e-mail that has an account already is given the roles here, its name and password untouched. */
export const addMember =
  ({ inTransaction, newId, directory, passwords }: Ports) =>
  async (call: Call, { email, full_name, password, roles }: Joining) => {
    requireUncommon(password, passwords)
    const known = await directory.accountWith(email)
    if (known !== undefined) {
      return inTransaction(call, ({ members, now }) => members.admit(known, roles, now))
    }
    const hash = await passwords.hash(password)
    return inTransaction(call, async ({ members, now }) => {
      const { orgId } = call
      const account = new Account({ id: newId(), orgId, email, fullName: full_name }, now)
      const membership = new Membership({ orgId, userId: account.id, homeOrgId: orgId }, now)
      const member = new Member(account, membership, [])
      member.assign(roles, now, newId)
      await members.add(member, hash)
      return member
    })
  }
