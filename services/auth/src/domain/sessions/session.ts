/** Why a session is over. REUSED: one of its refresh tokens came twice, so a thief may hold the other. */
export type Ending = 'SIGNED_OUT' | 'REUSED' | 'DEACTIVATED'

/** However often it is refreshed, a session ends after 30 days (AUT-9). */
const ABSOLUTE_LIFE_MS = 30 * 24 * 60 * 60 * 1000

/** What one sign-in began: a family of refresh tokens of which at most one is good. */
export class Session {
  readonly id: string
  /** The home organisation of the user: a session is theirs in every organisation. */
  readonly orgId: string
  readonly userId: string
  status: 'ACTIVE' | 'ENDED'
  ending: Ending | null
  readonly createdAt: Date
  readonly expiresAt: Date
  endedAt: Date | null

  constructor({ id, orgId, userId }: { id: string; orgId: string; userId: string }, at: Date) {
    this.id = id
    this.orgId = orgId
    this.userId = userId
    this.status = 'ACTIVE'
    this.ending = null
    this.createdAt = at
    this.expiresAt = new Date(at.getTime() + ABSOLUTE_LIFE_MS)
    this.endedAt = null
  }

  /** A session can be ended twice; the first ending counts. */
  end(ending: Ending, at: Date): void {
    if (this.status === 'ENDED') return
    this.status = 'ENDED'
    this.ending = ending
    this.endedAt = at
  }
}

/** A session as the audit sees it. */
export const sessionFacts = (session: Session) => ({
  id: session.id,
  org_id: session.orgId,
  user_id: session.userId,
  status: session.status,
  ending: session.ending,
  created_at: session.createdAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
  ended_at: session.endedAt?.toISOString() ?? null,
})
