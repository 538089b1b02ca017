import { Failure } from '@kitroom/errors'

import { claim, isStoredRefusal, type KeyedOrigin, keyLock, lookUpAll, storeAll } from './idempotency.ts'
import { type Query, type Sql, sql } from './sql.ts'
import type { Parts } from './transaction.ts'

/** What a request that may be in vain is judged with. */
export interface Judging {
  query: Query
  /** The database's clock. */
  now: Date
}

export interface Verdicts {
  /** Judges a request by its place: throws the Failure that refuses it, or returns. Waits for no lock and writes nothing. */
  judge: (place: number) => Promise<void>
  /** What else is to stay of the refusals, by place. */
  staying: (refusals: ReadonlyMap<number, Failure>) => readonly Sql[]
}

interface Opening {
  now: Date
  locked: boolean[]
}

/** The tenant, the clock, and which of the keys nobody else is using. */
const opening = (orgId: string, names: readonly string[]) => sql<Opening>`
  select set_config('app.org_id', ${orgId}, true), clock_timestamp() as now, array(
    select pg_try_advisory_xact_lock(hashtextextended(name, 0))
    from unnest(${[...names]}::text[]) with ordinality as named (name, place) order by place) as locked`

/**
 * Refuses requests of one organisation in one transaction, each as it would be in its own: its key claimed, its refusal stored
 * under it. What is not refused here is as if nobody had looked.
 * @returns by place what a request hears: its refusal, or that it was answered before
 */
export async function refuseTogether(
  { inFrame }: Pick<Parts, 'inFrame'>,
  origins: readonly KeyedOrigin[],
  verdicts: (judging: Judging) => Verdicts,
): Promise<ReadonlyMap<number, Error>> {
  const names = origins.map((origin) => keyLock(origin, origin.once))
  const first = opening(origins[0]?.orgId ?? '', names)
  return inFrame({ readsOnly: false, first }, async ({ opened, query, send }) => {
    const [[found], stored] = await Promise.all([opened, query(lookUpAll(origins))])
    if (found === undefined) throw new Error('the opening of a transaction has no row')
    const { judge, staying } = verdicts({ query, now: found.now })
    const heard = new Map<number, Error>()
    const refusals = new Map<number, Failure>()
    const hear = async ({ once }: KeyedOrigin, place: number) => {
      // Copies are served later: then the key has an answer.
      if (names.indexOf(names[place] ?? '') < place) return
      try {
        claim(
          once,
          found.locked[place] ?? false,
          stored.find((answer) => answer.place === place + 1),
        )
      } catch (answered) {
        heard.set(place, answered as Error)
        return
      }
      try {
        await judge(place)
      } catch (refusal) {
        if (!(refusal instanceof Failure)) throw refusal
        if (isStoredRefusal(refusal)) refusals.set(place, refusal)
      }
    }
    await Promise.all(origins.map(hear))
    const answers = [...refusals].flatMap(([place, refusal]) => {
      const origin = origins[place]
      return origin === undefined ? [] : [{ origin, answer: origin.once.refusal(refusal) }]
    })
    if (answers.length > 0) send(storeAll(answers))
    for (const statement of staying(refusals)) send(statement)
    return new Map([...heard, ...refusals])
  })
}
