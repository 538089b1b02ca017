import type { Ports } from '../ports.ts'

interface SignedInVisitor {
  userId: string
  sessionId: string
}

/** Ends the session. Ending it twice, or one that is long gone, is no mistake. */
export const signOut =
  ({ directory, inTransaction }: Ports) =>
  async ({ userId, sessionId }: SignedInVisitor, requestId: string): Promise<void> => {
    const orgId = await directory.homeOf(userId)
    if (orgId === undefined) return
    await inTransaction({ orgId, userId, requestId }, async ({ sessions, now }) => {
      const session = await sessions.forChange(sessionId)
      if (session?.userId === userId) session.end('SIGNED_OUT', now)
    })
  }
