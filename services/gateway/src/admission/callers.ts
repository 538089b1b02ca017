import type { EntityChanged, Role } from '@kitroom/contracts'

export interface Session {
  userId: string
  sessionId: string
}

/** What auth says of a session, and of its user in an organisation. */
export interface CallerFacts {
  /** The session lives and its user may sign in. */
  active: boolean
  /** Those held in the organisation; none where no organisation was named. */
  roles: readonly Role[]
}

/** Asks auth. Throws Failure dependency-unavailable. */
export type AskCaller = (session: Session, orgId: string | undefined) => Promise<CallerFacts>

export interface Callers {
  of: AskCaller
  /** Drops what an event of auth may have made wrong. */
  forget: (event: EntityChanged) => void
  /** Drops everything: events may have been missed. */
  forgetAll: () => void
}

interface Remembered {
  session: Session
  facts: Promise<CallerFacts>
  askedAt: number
}

/** Counted from the question, so that with NATS down a change is in force within five seconds (AUT-6). */
const REMEMBERED_MS = 4_000
const CAPACITY = 10_000

/**
 * Remembers auth's answers for a few seconds, asking once for what many requests want at the same time. An answer on
 * its way when its event arrives is given to those who wait for it and not remembered: it may be older than the event.
 */
export function rememberedCallers(ask: AskCaller, now: () => number = () => performance.now()): Callers {
  const remembered = new Map<string, Remembered>()

  return {
    of(session, orgId) {
      const key = [session.userId, session.sessionId, orgId ?? ''].join(' ')
      const known = remembered.get(key)
      if (known !== undefined && now() - known.askedAt < REMEMBERED_MS) return known.facts
      remembered.delete(key)
      const [oldest] = remembered.keys()
      if (remembered.size >= CAPACITY && oldest !== undefined) remembered.delete(oldest)
      const entry = { session, facts: ask(session, orgId), askedAt: now() }
      remembered.set(key, entry)
      entry.facts.catch(() => {
        if (remembered.get(key) === entry) remembered.delete(key)
      })
      return entry.facts
    },

    forget({ data }) {
      const concerned = concernedBy(data)
      if (concerned === undefined) return
      for (const [key, { session }] of remembered) {
        if (concerned.has(session.userId) || concerned.has(session.sessionId)) remembered.delete(key)
      }
    },

    forgetAll: () => remembered.clear(),
  }
}

/** The users and sessions an event is about; undefined when it does not matter who may do what. */
function concernedBy({
  entity_type,
  entity_id,
  before,
  after,
}: EntityChanged['data']): Set<unknown> | undefined {
  if (entity_type !== 'User' && entity_type !== 'UserRole' && entity_type !== 'Session') return undefined
  return new Set([entity_id, before?.['user_id'], after?.['user_id']])
}
