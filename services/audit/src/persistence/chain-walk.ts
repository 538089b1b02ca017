import { type Database, type Query, sql } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

import { GENESIS, type Link } from '../domain/chain.ts'
import type { InWalk, Walk } from '../use-cases/ports.ts'
import { LINK_COLUMNS, linkOf, type LinkRow } from './event-row.ts'

/** Hashing a chunk takes some 20 ms, in which nobody else is answered; smaller ones cost more round trips. */
const CHUNK = 1_000

/** Each walk holds a connection for as long as it takes; the others are for answering and recording. */
const MAX_WALKS = 2

function busy(detail: string): Failure {
  return new Failure('rate-limited', detail, { retryAfterSeconds: 5 })
}

/** Walks of this process, at most two at a time, and one at a time per organisation over all processes. */
export function inWalkOf(database: Database): InWalk {
  let running = 0
  return async (orgId, work) => {
    if (running >= MAX_WALKS) throw busy('Other verifications are running. Ask again in a moment.')
    running += 1
    try {
      return await database.readHolding(orgId, async (query) => {
        const [lock] = await query(sql<{ won: boolean }>`
          select pg_try_advisory_xact_lock(hashtextextended(${`audit:verify:${orgId}`}, 0)) as won`)
        if (lock?.won !== true) throw busy('The audit of this organisation is being verified already.')
        return await work(walkOn(query, orgId))
      })
    } finally {
      running -= 1
    }
  }
}

interface EndRow {
  seq: number | null
  id: string | null
  hash: string | null
  beyond_id: string | null
}

function walkOn(query: Query, orgId: string): Walk {
  return {
    // One statement sees one instant: events recorded a moment later are not mistaken for smuggled ones.
    async end() {
      const [row] = await query(sql<EndRow>`
        select head.seq, head.id, encode(head.hash, 'hex') as hash, (
          select id from audit_event where org_id = ${orgId} and seq > coalesce(head.seq, 0) order by seq limit 1
        ) as beyond_id
        from (values (1)) as always (one) left join audit_chain as head on head.org_id = ${orgId}`)
      const { seq = null, id = null, hash = null, beyond_id: beyondId = null } = row ?? {}
      return { recorded: seq === null || hash === null ? GENESIS : { seq, id, hash }, beyondId }
    },
    chunks: (upToSeq) => chunksOf(query, orgId, upToSeq),
  }
}

async function* chunksOf(query: Query, orgId: string, upToSeq: number): AsyncGenerator<Link[]> {
  let after: number | undefined
  for (;;) {
    const rows = await query(sql<LinkRow>`
      select ${LINK_COLUMNS} from audit_event
      where org_id = ${orgId} and seq <= ${upToSeq} and ${after === undefined ? sql`true` : sql`seq > ${after}`}
      order by seq limit ${CHUNK}`)
    if (rows.length > 0) yield rows.map(linkOf)
    after = rows.at(-1)?.seq
    if (rows.length < CHUNK) return
  }
}
