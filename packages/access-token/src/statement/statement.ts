import type { Role } from '@kitroom/contracts'

/** The HTTP header, and the key of the gRPC metadata, that carry a statement. */
export const STATEMENT_HEADER = 'x-kitroom-statement'
export const STATEMENT_METADATA = 'kitroom-statement'

/**
 * What one service says to another about who is calling. Services believe a signed statement and nothing else (TEN-8);
 * an empty one says only which service speaks.
 */
export interface Statement {
  /** Where the request came from. */
  address?: string
  session?: { userId: string; sessionId: string }
  /** Present when the session's user holds these roles in this organisation. */
  member?: { orgId: string; roles: readonly Role[] }
}

export interface VerifiedStatement extends Statement {
  /** The service that said it. */
  issuer: string
}

/** Long enough for a request and its retries, short enough that a leaked one is soon worthless. */
export const STATEMENT_SECONDS = 30
