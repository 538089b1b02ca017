/** How the quotation marks of a record break RFC 4180; `open` when it may go on behind a line break. */
export type QuotingFault = 'open' | 'inside' | 'behind'

/** Looks whether each cell is either free of quotation marks or wholly in them, with those inside doubled. */
export function quotingFault(record: string, delimiter: string): QuotingFault | undefined {
  let at = 0
  for (;;) {
    if (record[at] === '"') {
      at = closingQuote(record, at + 1)
      if (at === -1) return 'open'
      at += 1
      if (at < record.length && record[at] !== delimiter) return 'behind'
    } else {
      const end = record.indexOf(delimiter, at)
      const cellEnd = end === -1 ? record.length : end
      if (record.slice(at, cellEnd).includes('"')) return 'inside'
      at = cellEnd
    }
    if (at === record.length) return undefined
    at += 1
  }
}

function closingQuote(record: string, from: number): number {
  let at = record.indexOf('"', from)
  while (at !== -1 && record[at + 1] === '"') at = record.indexOf('"', at + 2)
  return at
}

export function hasEvenQuotes(text: string): boolean {
  let even = true
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) even = !even
  return even
}
