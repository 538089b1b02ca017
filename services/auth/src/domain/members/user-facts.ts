import type { Member } from './member.ts'
import type { UserRole } from './membership.ts'

/** A member as clients and the audit see them. */
export const userFacts = (member: Member) => ({
  id: member.id,
  org_id: member.account.orgId,
  email: member.account.email,
  full_name: member.account.fullName,
  is_active: member.account.isActive,
  roles: member.roles,
  version: member.version,
  created_at: member.account.createdAt.toISOString(),
})

/** A role of a member as the audit sees it. */
export const roleFacts = ({ id, orgId, userId, role, createdAt }: UserRole) => ({
  id,
  org_id: orgId,
  user_id: userId,
  role,
  created_at: createdAt.toISOString(),
})
