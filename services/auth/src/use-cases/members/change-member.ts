import { type Call, type ExpectedVersion, requireVersion, type UserChange } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import type { Ports } from '../ports.ts'

/** Changes a member's name, activity or roles. Whoever is deactivated is signed out everywhere. */
export const changeMember =
  ({ inTransaction, newId }: Ports) =>
  (call: Call, id: string, change: UserChange, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ members, sessions, now }) => {
      const member = await members.forChange(id)
      if (member === undefined) throw notFound('user')
      requireVersion(expected, member.version)

      const { full_name: fullName, is_active: isActive, roles } = change
      const { deactivated, ...changedRoles } = member.change({ fullName, isActive, roles }, now, newId)
      members.keepRoles(changedRoles)

      const demoted = changedRoles.taken.some(({ role }) => role === 'admin')
      if ((demoted || deactivated) && (await members.anyWithoutAdmin(id))) {
        throw new Failure(
          'invalid-transition',
          'This is the only active admin of an organisation. Make somebody else an admin first.',
        )
      }
      if (deactivated) for (const session of await sessions.activeOf(id)) session.end('DEACTIVATED', now)
      return member
    })
