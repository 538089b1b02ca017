import { type Sql, sql } from '@kitroom/database'

/** A time as clients see it. */
export const utc = (expression: string): Sql =>
  sql.raw(`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)
