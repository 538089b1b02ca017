import { requireTime } from '@kitroom/deadline'
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'

export { sql }

/** A piece of SQL with its bind parameters, made by the `sql` template. */
export type Sql<Row = unknown> = RawBuilder<Row>

/** Runs one statement and returns its rows. */
export type Query = <Row>(statement: Sql<Row>) => Promise<Row[]>

type Compiler = Parameters<RawBuilder<unknown>['compile']>[0]

/**
 * Makes `query` of what sends statements; compiled text and bind parameters, nothing inlined. Begins no statement that
 * nobody waits for any more; a transaction rolls back then.
 */
export function queryOn(
  compiler: Compiler,
  send: (query: CompiledQuery) => Promise<{ rows: unknown[] }>,
): Query {
  return async <Row>(statement: Sql<Row>) => {
    requireTime()
    return (await send(statement.compile(compiler))).rows as Row[]
  }
}

/** The conditions joined by `and`, or `true` when there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}
