import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import type { lettersOf } from '../samples.ts'
import type { Wire } from '../wire.ts'
import type { Trial } from './misjudged.ts'

type LetterFor = ReturnType<typeof lettersOf>

const LISTS = ENDPOINTS.filter(({ query }) => query !== undefined && 'cursor' in query.shape)

const written = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** The cursor of an operation's first page of one; undefined where there is no second. */
async function firstCursor(client: Wire, letterFor: LetterFor, operation: Endpoint, sort: string) {
  const { text } = await client.send(letterFor(operation, { query: `?limit=1&sort=${sort}` }))
  return (JSON.parse(text) as { next_cursor?: string | null }).next_cursor ?? undefined
}

/** Cursors that were given, and then altered, or taken to another order, list or organisation. */
export async function foreignCursors(client: Wire, ours: LetterFor, theirs: LetterFor): Promise<Trial[]> {
  const given: { operation: Endpoint; cursor: string }[] = []
  for (const operation of LISTS) {
    const sort = operation.name === 'listAuditEvents' ? 'at' : 'created_at'
    const cursor = await firstCursor(client, ours, operation, sort)
    if (cursor !== undefined) given.push({ operation, cursor })
  }
  if (given.length < 6) throw new Error(`only ${given.length} lists have a second page`)

  return given.flatMap(({ operation, cursor }, at) => {
    const sort = operation.name === 'listAuditEvents' ? 'at' : 'created_at'
    const [print, ...keys] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[]
    const [time = '', id = ''] = keys
    const trial = (fault: string, sent: string, letterFor: LetterFor = ours, order = sort): Trial => ({
      operation,
      fault: `cursor ${fault}`,
      letter: letterFor(operation, { query: `?limit=1&sort=${order}&cursor=${sent}` }),
      codes: ['validation-failed'],
      place: 'cursor',
    })
    return [
      ...['x', '', 'a\0b', '\ud800', '7', `${id}0`, `${id}' or true --`].map((bad) =>
        trial(`with the id ${bad}`, written([print, time, bad])),
      ),
      ...['x', '', 'a\0b', '2026-02-30', '2026-13-01T00:00:00Z', '99999999-01-01'].map((bad) =>
        trial(`with the time ${bad}`, written([print, bad, id])),
      ),
      trial('with another mark', written(['x', time, id])),
      trial('of numbers', written([print, 1, 2])),
      trial('with a null', written([print, null, id])),
      trial('with a part too many', written([print, time, id, id])),
      trial('with a part too few', written([print, time])),
      trial('that is an object', written({ print, time, id } as unknown as unknown[])),
      trial('cut off', cursor.slice(0, -8)),
      trial('of another order', cursor, ours, `-${sort}`),
      trial('of another list', given[(at + 1) % given.length]?.cursor ?? ''),
      trial('of another organisation', cursor, theirs),
    ]
  })
}
