/** The roles a member can hold, weakest first; each includes the weaker ones. */
export const ROLES = ['student', 'staff', 'admin'] as const
export type Role = (typeof ROLES)[number]
