import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { RefreshToken } from '../../domain/sessions/refresh-token.ts'
import { Session, sessionFacts } from '../../domain/sessions/session.ts'
import type { Sessions } from '../../use-cases/ports.ts'

const locked = { lockMode: LockMode.PESSIMISTIC_WRITE } as const

/** The sessions kept in a transaction's organisation: those of the accounts whose home it is. */
export const sessionStore = ({ em, query, changes }: Transaction, orgId: string): Sessions => ({
  async isActive(userId) {
    const [found] = await query(sql<{ is_active: boolean }>`
      select is_active from app_user where org_id = ${orgId} and id = ${userId} for share`)
    return found?.is_active ?? false
  },
  async open(session, token) {
    em.persist(session)
    changes.added('Session', session, sessionFacts)
    await em.flush()
    em.persist(token)
  },
  async forChange(sessionId) {
    const found = await em.findOne(Session, { id: sessionId }, locked)
    if (found === null) return undefined
    changes.watch('Session', found, sessionFacts)
    return found
  },
  async activeOf(userId) {
    const found = await em.find(Session, { userId, status: 'ACTIVE' }, { ...locked, orderBy: { id: 'asc' } })
    for (const session of found) changes.watch('Session', session, sessionFacts)
    return found
  },
  async token(digest) {
    return (await em.findOne(RefreshToken, { digest })) ?? undefined
  },
  async successorOf(token) {
    const children = { parentId: token.id, replacedAt: null }
    return (
      (await em.findOne(RefreshToken, children, { orderBy: { createdAt: 'desc', id: 'desc' } })) ?? undefined
    )
  },
  addToken(token) {
    em.persist(token)
  },
  async replacePassword(userId, hash) {
    await query(sql`
      update password set hash = ${hash}, updated_at = clock_timestamp()
      where org_id = ${orgId} and user_id = ${userId}`)
  },
})
