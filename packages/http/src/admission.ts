import type { Caller, Role } from '@kitroom/contracts'

/** Who is at the door, member of an organisation or not. */
export interface Visitor {
  address: string
  userId: string | null
  sessionId: string | null
}

/** What the gateway's signed statement said about a request. */
export interface Admission {
  visitor: Visitor
  caller: Caller | undefined
}

/** A verified statement, as @kitroom/access-token gives it. */
export interface Statement {
  address?: string
  session?: { userId: string; sessionId: string }
  member?: { orgId: string; roles: readonly Role[] }
}

/** Reads off a statement who is at the door; a member without a session is nobody. */
export function admissionOf({ address, session, member }: Statement): Admission {
  const visitor = {
    address: address ?? 'unknown',
    userId: session?.userId ?? null,
    sessionId: session?.sessionId ?? null,
  }
  return {
    visitor,
    caller: session === undefined || member === undefined ? undefined : { ...session, ...member },
  }
}
