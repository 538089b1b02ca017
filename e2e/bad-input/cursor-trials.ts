import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { type lettersOf, queryFor } from '../samples.ts'
import type { Wire } from '../wire.ts'
import type { Trial } from './misjudged.ts'

type LetterFor = ReturnType<typeof lettersOf>

/** Every list but the one that finds no more than one unit. */
const LISTS = ENDPOINTS.filter(
  ({ name, query }) => query !== undefined && 'cursor' in query.shape && name !== 'findUnits',
)

/** By what each list is sorted here: when the entries were made, where it can be. */
const SORTS: Record<string, string> = {
  listAuditEvents: 'at',
  searchAvailability: 'name',
  reportUtilization: 'week',
  reportOverdue: 'since',
  reportDemand: 'requests',
  reportNoShows: 'latest_start_at',
}
const sortOf = ({ name }: Endpoint) => SORTS[name] ?? 'created_at'

/** A filter of a list, which the cursor of the whole list does not fit. */
const FILTERS: Record<string, [name: string, value: string]> = {
  listBookings: ['status', 'REJECTED'],
  listFines: ['status', 'WAIVED'],
  listWaitlist: ['status', 'REJECTED'],
  listResources: ['q', 'x'],
}

const NOT_TIMES = ['x', '', 'a\0b', '2026-02-30', '2026-13-01T00:00:00Z', '99999999-01-01']
/** Any text can be a name, but for one that the database cannot hold. */
const NOT_NAMES = ['a\0b']

const written = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** The cursor of an operation's first page of one; undefined where there is no second. */
async function firstCursor(client: Wire, letterFor: LetterFor, operation: Endpoint) {
  const query = queryFor(operation, ['limit', '1'], ['sort', sortOf(operation)])
  const { text } = await client.send(letterFor(operation, { query }))
  return (JSON.parse(text) as { next_cursor?: string | null }).next_cursor ?? undefined
}

/** Cursors that were given, and then altered, or taken to another order, list or organisation. */
export async function foreignCursors(client: Wire, ours: LetterFor, theirs: LetterFor): Promise<Trial[]> {
  const given: { operation: Endpoint; cursor: string }[] = []
  for (const operation of LISTS) {
    const cursor = await firstCursor(client, ours, operation)
    if (cursor === undefined) throw new Error(`${operation.name} has no second page`)
    given.push({ operation, cursor })
  }

  return given.flatMap(({ operation, cursor }, at) => {
    const sort = sortOf(operation)
    const filter = FILTERS[operation.name]
    const [print, ...keys] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[]
    const [key = '', id = ''] = keys
    const trial = (
      fault: string,
      sent: string,
      letterFor: LetterFor = ours,
      order = sort,
      ...filters: [name: string, value: string][]
    ): Trial => ({
      operation,
      fault: `cursor ${fault}`,
      letter: letterFor(operation, {
        query: queryFor(operation, ['limit', '1'], ['sort', order], ['cursor', sent], ...filters),
      }),
      codes: ['validation-failed'],
      place: 'cursor',
    })
    return [
      ...['x', '', 'a\0b', '\ud800', '7', `${id}0`, `${id}' or true --`].map((bad) =>
        trial(`with the id ${bad}`, written([print, key, bad])),
      ),
      ...(sort === 'name' ? NOT_NAMES : NOT_TIMES).map((bad) =>
        trial(`with the key ${bad}`, written([print, bad, id])),
      ),
      trial('with another mark', written(['x', key, id])),
      trial('of numbers', written([print, 1, 2])),
      trial('with a null', written([print, null, id])),
      trial('with a part too many', written([print, key, id, id])),
      trial('with a part too few', written([print, key])),
      trial('that is an object', written({ print, key, id } as unknown as unknown[])),
      trial('cut off', cursor.slice(0, -8)),
      trial('of another order', cursor, ours, `-${sort}`),
      trial('of another list', given[(at + 1) % given.length]?.cursor ?? ''),
      trial('of another organisation', cursor, theirs),
      ...(filter === undefined ? [] : [trial('of another filter', cursor, ours, sort, filter)]),
    ]
  })
}
