import { parse } from 'csv-parse/sync'

import type { Line } from './lines.ts'
import { hasEvenQuotes, type QuotingFault, quotingFault } from './quoting.ts'

/** A record of a CSV file, or why a line of it is none; `line` is where it begins. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; fault: string }

const FAULTS: Record<QuotingFault, string> = {
  open: 'A quotation mark is opened and never closed.',
  inside:
    'A quotation mark stands inside a cell. Put the whole cell in quotation marks and double those inside.',
  behind: 'Something follows a closing quotation mark. Double the quotation marks inside a quoted cell.',
}

/** Far more than the longest cells that can be imported; a bound on what one record may cost. */
const MAX_LENGTH = 256 * 1024

/**
 * Puts lines together to records by RFC 4180: a line break inside quotation marks does not end one. Broken quoting
 * costs the record's first line only; reading goes on with the next, so that one bad quotation mark hides no other
 * mistake. Empty lines are no records.
 */
export async function* recordsOf(
  batches: AsyncIterable<readonly Line[]>,
  delimiter: string,
): AsyncGenerator<CsvRecord[]> {
  /** Whole records and refused lines, until they are handed over. */
  let whole: { line: number; text: string; fault?: string }[] = []
  /** The lines of a record whose quotation mark is not closed yet. */
  let open: Line[] = []
  let openLength = 0

  const refuse = ({ number }: Line, fault: string) => whole.push({ line: number, text: '', fault })
  const add = (line: Line): void => {
    if (!line.readable) refuse(line, 'The line is not UTF-8.')
    else if (line.text.length > MAX_LENGTH) refuse(line, `The line has more than ${MAX_LENGTH} characters.`)
    else if (open.length === 0) begin(line)
    else {
      open.push(line)
      openLength += line.text.length + line.end.length
      if (!hasEvenQuotes(line.text) || openLength > MAX_LENGTH) close(open)
    }
  }
  const begin = (line: Line) => {
    const fault = quotingFault(line.text, delimiter)
    if (fault === 'open') {
      open = [line]
      openLength = line.text.length
    } else if (fault !== undefined) refuse(line, FAULTS[fault])
    else if (line.text !== '') whole.push({ line: line.number, text: line.text })
  }
  const close = (lines: readonly Line[]) => {
    open = []
    const [first, ...others] = lines
    if (first === undefined) return
    const text = lines.map(({ text, end }, at) => (at < others.length ? text + end : text)).join('')
    const fault = quotingFault(text, delimiter)
    if (fault === undefined && text.length <= MAX_LENGTH) whole.push({ line: first.number, text })
    else {
      refuse(first, FAULTS[fault ?? 'open'])
      for (const line of others) add(line)
    }
  }
  const take = () => {
    const taken = cellsOf(whole, delimiter)
    whole = []
    return taken
  }

  for await (const lines of batches) {
    for (const line of lines) add(line)
    yield take()
  }
  while (open.length > 0) close(open)
  yield take()
}

function cellsOf(
  records: readonly { line: number; text: string; fault?: string }[],
  delimiter: string,
): CsvRecord[] {
  const good = records.filter(({ fault }) => fault === undefined)
  const cells = parse(good.map(({ text }) => text).join('\n'), {
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
  })
  let next = 0
  return records.map(({ line, fault }) =>
    fault === undefined ? { line, cells: cells[next++] ?? [] } : { line, fault },
  )
}
