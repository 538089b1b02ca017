import { Failure, notFound } from '@kitroom/errors'

import { addMember } from './members/add-member.ts'
import { changeMember } from './members/change-member.ts'
import { changeOrganization } from './organizations/change-organization.ts'
import { foundOrganization } from './organizations/found-organization.ts'
import type { Ports } from './ports.ts'
import { refreshSession } from './sessions/refresh-session.ts'
import { signIn } from './sessions/sign-in.ts'
import { signOut } from './sessions/sign-out.ts'

/** Everything the auth service can do. */
export const authUseCases = (ports: Ports) => ({
  foundOrganization: foundOrganization(ports),
  changeOrganization: changeOrganization(ports),
  addMember: addMember(ports),
  changeMember: changeMember(ports),
  signIn: signIn(ports),
  refreshSession: refreshSession(ports),
  signOut: signOut(ports),

  async account(userId: string) {
    const account = await ports.directory.accountView(userId)
    if (account === undefined) throw new Failure('unauthenticated', 'This account is gone. Sign in again.')
    return account
  },
  callers: ports.directory.callers,
  members: ports.reads.members,
  membersById: ports.reads.membersById,
  async member(orgId: string, userId: string) {
    const member = await ports.reads.member(orgId, userId)
    if (member === undefined) throw notFound('user')
    return member
  },
  async organization(orgId: string) {
    const organization = await ports.reads.organization(orgId)
    if (organization === undefined) throw notFound('organisation')
    return organization
  },
  keySet: ports.tokens.keySet,
})
export type UseCases = ReturnType<typeof authUseCases>
