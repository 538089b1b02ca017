import { parseCells } from './cells.ts'
import type { Line } from './lines.ts'

/** A record of a CSV file, or why a line of it is none; `line` is where it begins. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; fault: string }

/**
 * Puts lines together to records: a line break inside quotation marks does not end one. Broken quoting costs the
 * record's first line only; reading goes on with the next, so that one bad quotation mark hides no other mistake.
 * Empty lines are no records.
 */
export async function* recordsOf(
  batches: AsyncIterable<readonly Line[]>,
  delimiter: string,
): AsyncGenerator<CsvRecord[]> {
  /** Complete lines that wait to be parsed together. */
  let plain: Line[] = []
  /** Lines of a record whose quotation mark is not closed yet. */
  let open: Line[] = []
  let done: CsvRecord[] = []

  const settle = () => {
    for (const record of parseLines(plain, delimiter)) done.push(record)
    plain = []
  }
  const refuse = (line: Line, fault: string) => {
    settle()
    done.push({ line: line.number, fault })
  }
  const add = (line: Line): void => {
    if (!line.readable) refuse(line, 'The line is not UTF-8.')
    else if (hasEvenQuotes(line.text)) {
      if (open.length > 0) open.push(line)
      else if (line.text !== '') plain.push(line)
    } else if (open.length > 0) close([...open, line])
    else {
      const alone = parseCells(line.text, delimiter)
      if ('fault' in alone && !alone.open) refuse(line, alone.fault)
      else open.push(line)
    }
  }
  const close = (lines: readonly Line[]) => {
    open = []
    settle()
    const [first, ...others] = lines
    if (first === undefined) return
    const text = lines.map(({ text, end }) => text + end).join('')
    const parsed = parseCells(text.replace(/\r?\n$/, ''), delimiter)
    const [cells] = 'records' in parsed ? parsed.records : []
    if (cells !== undefined) done.push({ line: first.number, cells })
    else {
      done.push({ line: first.number, fault: 'fault' in parsed ? parsed.fault : 'The record is empty.' })
      for (const line of others) add(line)
    }
  }
  const take = () => {
    settle()
    const taken = done
    done = []
    return taken
  }

  for await (const lines of batches) {
    for (const line of lines) add(line)
    yield take()
  }
  while (open.length > 0) close(open)
  yield take()
}

function hasEvenQuotes(text: string): boolean {
  let even = true
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) even = !even
  return even
}

/** Parses lines that are a record each: all at once, and one by one when there is a mistake among them. */
function parseLines(lines: readonly Line[], delimiter: string): CsvRecord[] {
  if (lines.length === 0) return []
  const parsed = parseCells(lines.map(({ text }) => text).join('\n'), delimiter)
  if ('records' in parsed) {
    return parsed.records.map((cells, at) => ({ line: lines[at]?.number ?? 0, cells }))
  }
  return lines.map(({ number, text }) => {
    const alone = parseCells(text, delimiter)
    return 'fault' in alone
      ? { line: number, fault: alone.fault }
      : { line: number, cells: alone.records[0] ?? [] }
  })
}
