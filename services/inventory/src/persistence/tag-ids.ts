import { newId, sql, type Transaction } from '@kitroom/database'

import { tagFacts, type TagState } from '../domain/facts.ts'
import { TAG } from './columns.ts'

/** The ids of tags by their names. Those that do not exist are made; none of them goes until the transaction ends. */
export async function tagIds(
  tx: Transaction,
  orgId: string,
  names: readonly string[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const sorted = names.toSorted()
  const made = await tx.query(sql<TagState>`
    insert into tag (org_id, id, name, created_at, updated_at)
    select ${orgId}::uuid, id, name, ${tx.now}::timestamptz, ${tx.now}::timestamptz
    from unnest(${sorted.map(() => newId())}::uuid[], ${sorted}::text[]) as wished (id, name)
    on conflict (org_id, name) do nothing
    returning ${TAG}`)
  for (const tag of made) {
    tx.changes.record({ entityType: 'Tag', entityId: tag.id, before: null, after: tagFacts(tag) })
  }
  const found = await tx.query(sql<{ id: string; name: string }>`
    select id, name from tag where org_id = ${orgId} and name = any(${sorted}::text[]) order by name for key share`)
  const ids = new Map(found.map(({ id, name }) => [name, id]))
  // Renamed or deleted by somebody else between the two statements: then it is made after all.
  const gone = names.filter((name) => !ids.has(name))
  return gone.length === 0 ? ids : new Map([...ids, ...(await tagIds(tx, orgId, gone))])
}
