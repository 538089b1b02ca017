import { type Database, type Query, sql, type Transaction } from '@kitroom/database'

import { GENESIS, type Head, headOf, type Link } from '../domain/chain.ts'
import type { InTrail, Trail } from '../use-cases/ports.ts'
import { EVENT_COLUMNS, rowOf } from './event-row.ts'

const CONSUMER = 'audit'

/** Opens an organisation's trail for writing: one transaction, one writer of the chain at a time. */
export const inTrailOf =
  (database: Database): InTrail =>
  (orgId, work) =>
    database.transaction({ orgId, userId: null, requestId: '' }, (tx) => work(trailOn(tx, orgId)))

function trailOn({ query, lock, now }: Transaction, orgId: string): Trail {
  return {
    now,
    async lockedHead() {
      lock([`audit:chain:${orgId}`])
      return headOn(query, orgId)
    },
    // The trail is asked too: old rows of the inbox are swept, events never are. By offset 0 each event is looked up by its id;
    // as a join it is at times planned so that the whole trail is read, where it grew faster than its statistics.
    async firstReceipts(eventIds) {
      const noted = await query(sql<{ event_id: string }>`
        insert into inbox (org_id, consumer, event_id)
        select ${orgId}::uuid, ${CONSUMER}, id from unnest(${[...eventIds]}::uuid[]) as received (id)
        where not exists (
          select from audit_event where org_id = ${orgId}::uuid and audit_event.id = received.id offset 0)
        on conflict do nothing returning event_id`)
      return new Set(noted.map((row) => row.event_id))
    },
    async append(links) {
      const newest = links.at(-1)
      if (newest === undefined) return
      await insert(query, links)
      await moveHead(query, orgId, headOf(newest))
    },
  }
}

/** The head as recorded; the beginning where there is none. */
async function headOn(query: Query, orgId: string): Promise<Head> {
  const [head] = await query(sql<Head>`
    select seq, id, encode(hash, 'hex') as hash from audit_chain where org_id = ${orgId}`)
  return head ?? GENESIS
}

async function insert(query: Query, links: readonly Link[]): Promise<void> {
  await query(sql`
    insert into audit_event (${EVENT_COLUMNS}, seq, canonical, prev_hash, hash)
    select ${EVENT_COLUMNS}, seq, canonical, decode(prev_hash, 'hex'), decode(hash, 'hex')
    from jsonb_to_recordset(${JSON.stringify(links.map(rowOf))}::jsonb) as link (
      org_id uuid, id uuid, actor_user_id uuid, entity_type text, entity_id text, action text, before_json jsonb,
      after_json jsonb, at timestamptz, received_at timestamptz, request_id text, service text, trace_id text,
      seq bigint, canonical text, prev_hash text, hash text)`)
}

async function moveHead(query: Query, orgId: string, { seq, id, hash }: Head): Promise<void> {
  await query(sql`
    insert into audit_chain (org_id, seq, id, hash) values (${orgId}, ${seq}, ${id}, decode(${hash}, 'hex'))
    on conflict (org_id) do update set seq = excluded.seq, id = excluded.id, hash = excluded.hash`)
}
