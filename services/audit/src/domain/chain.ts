import { type AuditEvent, sealedFacts } from './audit-event.ts'

/** An event in its place: bound by its hash to everything before it (EVT-13). Hashes are lower-case hexadecimal. */
export interface Link extends AuditEvent {
  /** Counts from 1 in each organisation, without gaps. */
  seq: number
  prevHash: string
  hash: string
  /** The exact text the hash was taken of. */
  canonical: string
}

/** The end of a chain: its newest event. */
export interface Head {
  seq: number
  hash: string
  /** Null while there is no event. */
  id: string | null
}

/** Writes facts in their one canonical form and hashes that behind the hash of the predecessor. */
export type Seal = (prevHash: string, facts: Record<string, unknown>) => Pick<Link, 'canonical' | 'hash'>

/** Where every chain begins: no event, and 32 zero bytes for a hash. */
export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64), id: null }

/** The head once this link is the newest. */
export const headOf = ({ seq, hash, id }: Link): Head => ({ seq, hash, id })

/** Chains events behind the head, in the order given. */
export function append(head: Head, events: readonly AuditEvent[], seal: Seal): Link[] {
  let { seq, hash: prevHash } = head
  return events.map((event) => {
    seq += 1
    const link = { ...event, seq, prevHash, ...seal(prevHash, sealedFacts(event, seq)) }
    prevHash = link.hash
    return link
  })
}

/**
 * Follows a chain from where `head` stands over the next links, in the order of their seq.
 * @returns where it got to, and the first link that does not fit its predecessor
 */
export function follow(head: Head, links: readonly Link[], seal: Seal): { head: Head; broken: Link | null } {
  let reached = head
  for (const link of links) {
    if (!fits(reached, link, seal)) return { head: reached, broken: link }
    reached = headOf(link)
  }
  return { head: reached, broken: null }
}

/** The stored text and hash are compared with new ones, so that no column can change without being noticed. */
function fits(predecessor: Head, link: Link, seal: Seal): boolean {
  if (link.seq !== predecessor.seq + 1 || link.prevHash !== predecessor.hash) return false
  const { canonical, hash } = seal(link.prevHash, sealedFacts(link, link.seq))
  return link.canonical === canonical && link.hash === hash
}

/** What a walk along a whole chain found. */
export interface Verdict {
  verified: boolean
  /** The first event that does not fit its predecessor, or the newest one when it is missing. */
  brokenId: string | null
}

/**
 * Judges a chain that fits link by link: does it end where the head recorded beside it says? A newest event that was
 * cut off leaves no gap, but the head remembers it.
 */
export function endVerdict(reached: Head, recorded: Head): Verdict {
  const same = reached.seq === recorded.seq && reached.hash === recorded.hash && reached.id === recorded.id
  return same ? { verified: true, brokenId: null } : { verified: false, brokenId: recorded.id ?? reached.id }
}
