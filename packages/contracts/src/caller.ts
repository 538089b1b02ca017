import { z } from 'zod'

/** The roles a user can hold in an organisation, weakest first. */
export const ROLES = ['student', 'staff', 'admin'] as const
export const Role = z.enum(ROLES).meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

/** Who is calling, in one organisation, as the gateway's signed statement says. */
export interface Caller {
  userId: string
  orgId: string
  roles: readonly Role[]
  sessionId: string
}

/** True when one of the caller's roles is `role` or stronger (student < staff < admin). */
export function hasRole(caller: Pick<Caller, 'roles'>, role: Role): boolean {
  return caller.roles.some((held) => ROLES.indexOf(held) >= ROLES.indexOf(role))
}
