import type { Client } from 'pg'

/** Whose the rows are: of a hundred, a quarter belongs to one organisation, one to another, and the rest to 74 more. */
export interface Filling {
  /** Of every table. */
  rows: number
  large: string
  small: string
  /** A student of the large organisation, to whom two of a hundred things of it belong. */
  student: string
}

/** Out of a hundred. */
export const LARGE = 25

/** The organisation of row `n`. Rows of an organisation lie among those of others, as they do after years. */
export const orgOf = ({ large, small }: Filling) => `
  case when n % 100 < ${LARGE} then '${large}'::uuid when n % 100 = ${LARGE} then '${small}'::uuid
    else ('01990f00-0000-7000-8000-' || lpad((n % 100)::text, 12, '0'))::uuid end`

/** The id of row `number`, ordered as they were made; two hexadecimal digits keep the tables apart. */
export const idOf = (table: string, number = 'n') =>
  `('0199${table}00-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`

/** The same for whoever asks. */
export const rowId = (table: string, number: number) =>
  `0199${table}00-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** When row `n` was made: evenly over the two years that ended with today. */
export const madeAt = ({ rows }: Filling) =>
  `(date_trunc('milliseconds', now()) - (${rows} - n) * interval '${(2 * 365 * 86_400) / rows} seconds')::timestamptz(3)`

/** Writes a row for each number from 0, as a select over `n` gives it. Rows with the same last two digits are of one organisation. */
export async function insert(
  client: Client,
  table: string,
  columns: Record<string, string>,
  { rows, where = 'true' }: { rows: number; where?: string },
): Promise<void> {
  await client.query(`
    insert into ${table} (${Object.keys(columns).join(', ')})
    select ${Object.values(columns).join(', ')} from generate_series(0, ${rows} - 1) as n where ${where}`)
}
