import { defaultPolicy, type Founding } from '@kitroom/contracts'

import { Account } from '../../domain/members/account.ts'
import { Member } from '../../domain/members/member.ts'
import { Membership } from '../../domain/members/membership.ts'
import { Organization } from '../../domain/organization.ts'
import { requireUncommon } from '../members/acceptable-password.ts'
import type { Ports } from '../ports.ts'

/** Founds an organisation with its first admin. Nobody is signed in yet, so the system itself is the actor. */
export const foundOrganization =
  ({ inTransaction, newId, passwords }: Ports) =>
  async ({ organization: wished, email, full_name, password }: Founding, requestId: string) => {
    requireUncommon(password, passwords)
    const [orgId, userId] = [newId(), newId()]
    const hash = await passwords.hash(password)
    return inTransaction({ orgId, userId: null, requestId }, async ({ organizations, members, now }) => {
      const organization = new Organization({ id: orgId, ...wished, policy: defaultPolicy }, now)
      await organizations.add(organization)
      const account = new Account({ id: userId, orgId, email, fullName: full_name }, now)
      const admin = new Member(account, new Membership({ orgId, userId, homeOrgId: orgId }, now), [])
      admin.assign(['admin'], now, newId)
      await members.add(admin, hash)
      return { organization, admin }
    })
  }
