import { setImmediate } from 'node:timers/promises'

import type { CsvFile, StoredAnswer } from '@kitroom/contracts'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'

import type { Reply } from './reply.ts'

type Cell = string | number | boolean | null

/** So many rows are written before others get their turn. */
const ROWS_AT_ONCE = 200

function isCell(value: unknown): value is Cell {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** What an entry holds at a path; nothing where the way ends early. */
function cellAt(entry: unknown, path: readonly string[]): Cell {
  if (Array.isArray(entry)) return entry.map((one) => String(cellAt(one, path) ?? '')).join('; ')
  const [name, ...rest] = path
  if (name === undefined) {
    if (isCell(entry ?? null)) return (entry ?? null) as Cell
    throw new Error('A column of a CSV file ends at something that is no single value.')
  }
  if (typeof entry !== 'object' || entry === null) return null
  return cellAt((entry as Record<string, unknown>)[name], rest)
}

const written = (rows: readonly (readonly Cell[])[]): string =>
  stringify([...rows.map((row) => [...row])], {
    record_delimiter: 'windows',
    // A text that a spreadsheet would run as a formula gets an apostrophe before it; a number of ours does not.
    escape_formulas: true,
    cast: { boolean: String },
  })

/**
 * Renders a list as a CSV file (RFC 4180, UTF-8, with a line of titles). The entries pass their schema like every
 * answer, so a field that was not promised cannot leave.
 */
export async function renderCsv({ file, entry, columns }: CsvFile, { body }: Reply): Promise<StoredAnswer> {
  const { data } = z.object({ data: z.array(z.unknown()) }).parse(body)
  const paths = columns.map((column) => column.split('.'))
  const parts = [written([columns])]
  for (let at = 0; at < data.length; at += ROWS_AT_ONCE) {
    const entries = z.array(entry).parse(data.slice(at, at + ROWS_AT_ONCE))
    parts.push(written(entries.map((one) => paths.map((path) => cellAt(one, path)))))
    await setImmediate()
  }
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${file}"`,
      Vary: 'Accept',
    },
    body: parts.join(''),
  }
}
