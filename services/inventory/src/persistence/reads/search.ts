import { type Query, type Sql, sql } from '@kitroom/database'

/** Up to so many ids are handed to the list; beyond, a filter along its order is quicker than the ids. */
const FEW = 1_000

/** What somebody typed, as a pattern that finds it anywhere, every character standing for itself. */
export const containing = (words: string): Sql => {
  const pattern = `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return sql`searchable(${pattern}::text)`
}

/**
 * The condition on `resource` that it matches the words. Under row level security an index cannot serve LIKE, which is
 * not leakproof; resources_matching asks the trigram index within the tenant (docs/decisions/0007-imports-and-search.md).
 */
export async function matching(query: Query, words: string): Promise<Sql> {
  const found = await query(sql<{ id: string }>`
    select id from resources_matching(${containing(words)}, ${FEW + 1}) as found (id)`)
  return found.length <= FEW
    ? sql`resource.id = any(${found.map(({ id }) => id)}::uuid[])`
    : sql`resource.search_text like ${containing(words)}`
}
