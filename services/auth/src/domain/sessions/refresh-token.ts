import type { Session } from './session.ts'

/** Unused for so long, a session is over (AUT-9). */
const IDLE_LIFE_MS = 7 * 24 * 60 * 60 * 1000
/** So long after its first use a token may come again: the answer may have been lost on its way (AUT-8). */
const GRACE_MS = 10_000

/** One refresh token of a session's family. The token itself is known to its holder only. */
export class RefreshToken {
  readonly id: string
  readonly orgId: string
  readonly sessionId: string
  /** The token it was given for. */
  readonly parentId: string | null
  /** Lower-case hex SHA-256 of the token. */
  readonly digest: string
  readonly createdAt: Date
  readonly expiresAt: Date
  /** First use. */
  usedAt: Date | null
  /** When another token was given in its place, because the answer that carried it may have been lost. */
  replacedAt: Date | null

  constructor(id: string, session: Session, parent: RefreshToken | null, digest: string, at: Date) {
    this.id = id
    this.orgId = session.orgId
    this.sessionId = session.id
    this.parentId = parent?.id ?? null
    this.digest = digest
    this.createdAt = at
    this.expiresAt = new Date(Math.min(at.getTime() + IDLE_LIFE_MS, session.expiresAt.getTime()))
    this.usedAt = null
    this.replacedAt = null
  }
}

/**
 * What to do with a refresh token:
 * - `rotate`: it is the good one; it gets a successor
 * - `forgive`: it came before, just now, and nobody used what it got; that is replaced
 * - `refuse`: it is no good, and that is all
 * - `end`: two hold tokens of one family, so the session ends
 */
export type Verdict = 'rotate' | 'forgive' | 'refuse' | 'end'

/**
 * Judges a refresh token that was presented (AUT-7, AUT-8).
 * @param successor the token last given for it
 */
export function judge(
  token: RefreshToken,
  session: Session,
  successor: RefreshToken | undefined,
  now: Date,
): Verdict {
  if (session.status === 'ENDED' || session.expiresAt <= now) return 'refuse'
  if (token.usedAt !== null) {
    const forgiven = isRecent(token.usedAt, now) && successor?.usedAt === null
    return forgiven ? 'forgive' : 'end'
  }
  // Replaced a moment ago, it lost a race between two windows of one browser; later, somebody had kept it.
  if (token.replacedAt !== null) return isRecent(token.replacedAt, now) ? 'refuse' : 'end'
  return token.expiresAt > now ? 'rotate' : 'refuse'
}

function isRecent(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() <= GRACE_MS
}
