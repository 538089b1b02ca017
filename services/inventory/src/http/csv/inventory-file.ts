import type { ImportMapping } from '@kitroom/contracts'
import { type FieldError, invalid } from '@kitroom/errors'

import type { ImportRow } from '../../domain/import-plan.ts'
import { linesOf } from './lines.ts'
import { recordsOf } from './records.ts'
import { type Field, readRow } from './row.ts'

/** So many bad rows are named; with more, reading stops: nobody mends a file by hand that far. */
const MAX_BAD_ROWS = 10_000

/**
 * Reads an inventory from CSV while it arrives: RFC 4180 in UTF-8 with a title line.
 * A row may end early as long as every column that is asked for is there.
 * @throws Failure validation-failed with one entry per bad row, for the first 10,000, or per missing column
 */
export async function readInventoryFile(
  bytes: AsyncIterable<Uint8Array>,
  mapping: ImportMapping,
): Promise<ImportRow[]> {
  let titles: string[] | undefined
  let columns = new Map<Field, number>()
  const rows: ImportRow[] = []
  const faults = new Map<number, string[]>()
  const lineOf = new Map<string, number>()
  const blame = (line: number, ...details: string[]) =>
    faults.set(line, [...(faults.get(line) ?? []), ...details])

  const noteBarcode = (barcode: string | null, line: number) => {
    if (barcode === null) return
    const first = lineOf.get(barcode)
    if (first === undefined) lineOf.set(barcode, line)
    else {
      if (!repeated.has(barcode)) blame(first, `The barcode ${barcode} is also on line ${line}.`)
      repeated.add(barcode)
      blame(line, `The barcode ${barcode} is also on line ${first}.`)
    }
  }
  const repeated = new Set<string>()

  for await (const records of recordsOf(linesOf(bytes), mapping.delimiter)) {
    for (const record of records) {
      const { line } = record
      if ('fault' in record) {
        if (titles === undefined) throw refusal([{ line, detail: record.fault }])
        blame(line, record.fault)
      } else if (titles === undefined) {
        titles = record.cells.map(normal)
        columns = columnsOf(titles, mapping)
      } else if (
        record.cells.length > titles.length ||
        Math.max(...columns.values()) >= record.cells.length
      ) {
        blame(line, `The row has ${record.cells.length} columns where the title line has ${titles.length}.`)
      } else {
        const read = readRow(record.cells, columns, titles)
        if ('row' in read) rows.push(read.row)
        else blame(line, ...read.faults)
        noteBarcode('row' in read ? read.row.barcode : read.barcode, line)
      }
      if (faults.size >= MAX_BAD_ROWS) throw refusalOf(faults)
    }
  }
  if (titles === undefined) throw refusal([{ line: 1, detail: 'The file is empty. It needs a title line.' }])
  if (faults.size > 0) throw refusalOf(faults)
  return rows
}

function refusalOf(faults: ReadonlyMap<number, readonly string[]>) {
  const entries = [...faults].toSorted(([a], [b]) => a - b)
  return refusal(entries.map(([line, details]) => ({ line, detail: details.join(' ') })))
}

const refusal = (errors: FieldError[]) => invalid(errors, 'The file was not imported: some of it is wrong.')

const normal = (title: string): string => title.trim().normalize('NFC')

/** Finds each mapped column in the title line. */
function columnsOf(
  titles: readonly string[],
  { delimiter: _, ...mapping }: ImportMapping,
): Map<Field, number> {
  const errors: FieldError[] = []
  const columns = new Map<Field, number>()
  for (const [field, title] of Object.entries(mapping) as [Field, string | undefined][]) {
    if (title === undefined) continue
    const column = titles.indexOf(normal(title))
    if (column === -1) errors.push({ parameter: field, detail: `The title line has no column “${title}”.` })
    else if (titles.lastIndexOf(normal(title)) !== column) {
      errors.push({ parameter: field, detail: `The title line has the column “${title}” more than once.` })
    }
    columns.set(field, column)
  }
  if (errors.length > 0) throw refusal(errors)
  return columns
}
