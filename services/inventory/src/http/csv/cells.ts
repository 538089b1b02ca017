import { CsvError, parse } from 'csv-parse/sync'

/** The cells of each record, or why there are none. */
export type Parsed = { records: string[][] } | { fault: string; open: boolean }

/** Parses whole records, separated by LF, by RFC 4180. */
export function parseCells(text: string, delimiter: string): Parsed {
  try {
    const records = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true })
    return { records }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { code } = error
    return { fault: FAULTS[code] ?? 'The quotation marks are broken.', open: code === 'CSV_QUOTE_NOT_CLOSED' }
  }
}

const FAULTS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened and never closed.',
  INVALID_OPENING_QUOTE:
    'A quotation mark stands inside a cell. Put the whole cell in quotation marks and double those inside.',
  CSV_INVALID_CLOSING_QUOTE:
    'Something follows a closing quotation mark. Double the quotation marks inside a quoted cell.',
}
