import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import type { OfferItem } from '../../domain/waitlist/offer.ts'
import type { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import { waitlistSnapshot } from '../../domain/waitlist/waitlist-snapshot.ts'
import type { WaitlistStore } from '../../use-cases/waitlist/ports.ts'
import { candidates } from './candidates.ts'
import { entryView } from './entry-rows.ts'
import { OfferItemMapping, WaitlistEntryMapping, WaitlistItemMapping } from './mappings.ts'
import { bringUpToDate } from './ranking.ts'

/** Entries of one transaction. `write` brings the tables in line with the objects. */
export interface TransactionWaitlist extends WaitlistStore {
  write: () => Promise<void>
}

/** An entry and how much of it the tables know already. */
interface Kept {
  entry: WaitlistEntry
  isNew: boolean
  offered: readonly OfferItem[]
}

export function waitlistStore(
  { em, query, changes }: Transaction,
  orgId: string,
  writeBookings: () => Promise<void>,
): TransactionWaitlist {
  const loaded = new Map<string, Kept>()

  const forChange = async (ids: readonly string[]): Promise<WaitlistEntry[]> => {
    const missing = ids.filter((id) => !loaded.has(id))
    if (missing.length > 0) {
      const rows = await em.find(
        WaitlistEntryMapping,
        { id: { $in: missing } },
        { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      )
      const of = { entryId: { $in: rows.map(({ id }) => id) } }
      const inOrder = { orderBy: { position: 'asc' } } as const
      const items = Map.groupBy(await em.find(WaitlistItemMapping, of, inOrder), ({ entryId }) => entryId)
      const isOffered = rows.some(({ status }) => status === 'OFFERED')
      const offered = Map.groupBy(
        isOffered ? await em.find(OfferItemMapping, of, inOrder) : [],
        ({ entryId }) => entryId,
      )
      for (const entry of rows) {
        entry.items = items.get(entry.id) ?? []
        entry.offered = offered.get(entry.id) ?? []
        loaded.set(entry.id, { entry, isNew: false, offered: entry.offered })
        changes.watch('WaitlistEntry', entry, waitlistSnapshot)
      }
    }
    return ids.flatMap((id) => loaded.get(id)?.entry ?? [])
  }

  const write = async (): Promise<void> => {
    await writeBookings()
    if (loaded.size === 0) return
    // The row that the others refer to comes first: the mappings know of no relations.
    await em.flush()
    for (const kept of loaded.values()) {
      const { entry, isNew, offered } = kept
      if (isNew) for (const item of entry.items) em.persist(item)
      for (const gone of offered) if (!entry.offered.includes(gone)) em.remove(gone)
      for (const item of entry.offered) if (!offered.includes(item)) em.persist(item)
      kept.isNew = false
      kept.offered = entry.offered
    }
    await em.flush()
  }

  return {
    write,
    forChange,
    add(entry) {
      loaded.set(entry.id, { entry, isNew: true, offered: [] })
      changes.added('WaitlistEntry', entry, waitlistSnapshot)
      em.persist(entry)
    },
    bySystem: (entry) => changes.bySystem(entry),
    async clock() {
      const [read] = await query(sql<{ now: Date }>`select clock_timestamp()::timestamptz(3) as now`)
      if (read === undefined) throw new Error('the clock of the database gave no time')
      return read.now
    },
    async record(userId, { lapseWindowDays }) {
      const [record] = await query(sql<{ live: number; lapsed: string[] }>`
        select count(*) filter (where status in ('WAITING', 'OFFERED')) as live,
          coalesce(jsonb_agg(ended_at order by ended_at) filter (where offered_at is not null
            and ended_at > clock_timestamp() - make_interval(days => ${lapseWindowDays})
            and (status = 'EXPIRED' and ended_by is null
                 or status = 'CANCELLED' and ended_by = requester_user_id)), '[]') as lapsed
        from waitlist_entry where org_id = ${orgId} and requester_user_id = ${userId}`)
      const { live = 0, lapsed = [] } = record ?? {}
      return { live, lapsed: lapsed.map((at) => new Date(at)) }
    },
    async holdingOthersThan(resourceId, lendable) {
      const rows = await query(sql<{ entry_id: string }>`
        select distinct entry_id from offer_item
        where org_id = ${orgId} and resource_id = ${resourceId}
          and resource_unit_id <> all(${[...lendable]}::uuid[]) order by entry_id`)
      return forChange(rows.map((row) => row.entry_id))
    },
    candidates: (search) => candidates(query, orgId, search),
    async rank(policy, requesterUserId) {
      await write()
      await bringUpToDate(query, orgId, policy, requesterUserId)
    },
    async show(id) {
      await write()
      const entry = await entryView(query, orgId, id)
      if (entry === undefined) throw new Error(`waitlist entry ${id} is not there`)
      return entry
    },
  }
}
