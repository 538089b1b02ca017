import { sql, type Transaction } from '@kitroom/database'

import type { ResourceState } from '../domain/facts.ts'
import type { ImportStore } from '../use-cases/ports.ts'
import { RESOURCE } from './columns.ts'
import { insertResources, insertUnits, keepAlsoTags, raiseCounts } from './import-rows.ts'
import { tagIds } from './tag-ids.ts'

export function importStore(tx: Transaction, orgId: string): ImportStore {
  const { query } = tx
  return {
    async takeTurns() {
      tx.lock([`inventory:import:${orgId}`])
      // A large file takes longer than any request should; the limits are back when the transaction ends.
      await query(sql`
        select set_config('statement_timeout', '60s', true),
               set_config('idle_in_transaction_session_timeout', '60s', true)`)
    },
    async barcodesThere(barcodes) {
      const found = await query(sql<{ barcode: string }>`
        select barcode from resource_unit
        where org_id = ${orgId} and barcode = any(${[...barcodes]}::text[]) and deleted_at is null`)
      return new Set(found.map(({ barcode }) => barcode))
    },
    resourcesThere: (kinds) =>
      query(sql<ResourceState>`
        select ${RESOURCE} from resource
        join (
          select distinct name, type
          from unnest(${kinds.map(({ name }) => name)}::text[], ${kinds.map(({ type }) => type)}::text[])
            as row (name, type)
        ) as kind on kind.name = resource.name and kind.type = resource.type
        where resource.org_id = ${orgId} and resource.deleted_at is null
        order by resource.created_at, resource.id
        for update of resource`),
    async carryOut({ made, growing }) {
      const tags = await tagIds(tx, orgId, [...new Set([...made, ...growing].flatMap(({ tags }) => tags))])
      const resources = await insertResources(tx, orgId, made)
      await raiseCounts(tx, orgId, growing)
      const grown = growing.map((grows) => ({ ...grows, id: grows.resource.id }))
      await insertUnits(tx, orgId, [...resources, ...grown])
      await keepAlsoTags(tx, orgId, [...resources, ...grown], tags)
    },
  }
}
