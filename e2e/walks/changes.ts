import type { SeededRandom } from '@kitroom/testing'
import type { Client } from 'pg'

import type { Walk } from './walks.ts'

/** Rows that are changed in one way. */
interface Change {
  statement: string
  ids: readonly string[]
}

/** What will happen to a list while somebody walks over it. */
export interface Turmoil {
  /** Shown before and after, at the same place. */
  untouched: readonly string[]
  moved: ReadonlySet<string>
  changed: number
  /** Makes one of so many parts of the changes. */
  strike: (part: number, of: number) => Promise<void>
}

const OUT_OF_A_HUNDRED = 20

/** Chooses a fifth of the rows of a list, to come, go and move. */
export async function turmoil(
  client: Client,
  walk: Walk,
  orgId: string,
  random: SeededRandom,
): Promise<Turmoil> {
  const { table, shown, hidden = `org_id = '${orgId}' and not (${shown})`, comes, goes, moves } = walk
  const idsWhere = async (condition: string) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from ${table} where ${condition} order by id`,
    )
    return shuffled(
      rows.map(({ id }) => id),
      random,
    )
  }
  const present = await idsWhere(`org_id = '${orgId}' and ${shown}`)
  const absent = await idsWhere(hidden)
  const wanted = Math.floor((present.length * OUT_OF_A_HUNDRED) / 100)
  const coming = absent.slice(0, moves === undefined ? wanted : wanted / 3)
  const going = goes === undefined ? [] : present.splice(0, wanted / 3)
  const moving = moves === undefined ? [] : present.splice(0, wanted - coming.length - going.length)
  const changes: Change[] = [
    { statement: comes, ids: coming },
    { statement: goes ?? '', ids: going },
    { statement: moves ?? '', ids: moving },
  ]
  return {
    untouched: present,
    moved: new Set(moving),
    changed: coming.length + going.length + moving.length,
    async strike(part, of) {
      for (const { statement, ids } of changes) {
        const share = ids.filter((_, at) => at % of === part)
        if (share.length > 0) await client.query(statement, [share])
      }
    },
  }
}

function shuffled<T>(values: readonly T[], random: SeededRandom): T[] {
  const drawn = values.map((value) => ({ value, lot: random.next() }))
  return drawn.toSorted((one, other) => one.lot - other.lot).map(({ value }) => value)
}
