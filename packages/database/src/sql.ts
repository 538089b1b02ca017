import { requireTime } from '@kitroom/deadline'
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'

export { sql }

/** A piece of SQL with its bind parameters, made by the `sql` template. */
export type Sql<Row = unknown> = RawBuilder<Row>

/** Runs one statement and returns its rows. */
export type Query = <Row>(statement: Sql<Row>) => Promise<Row[]>

interface Executor {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<{ rows: Row[] }>
}

/**
 * Binds `query` to a connection or an open transaction; compiled text and bind parameters, nothing inlined. Begins no
 * statement that nobody waits for any more; a transaction rolls back then.
 */
export function queryOn(executor: Executor & Parameters<RawBuilder<unknown>['compile']>[0]): Query {
  return async <Row>(statement: Sql<Row>) => {
    requireTime()
    return (await executor.executeQuery(statement.compile(executor))).rows
  }
}

/** The conditions joined by `and`, or `true` when there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}
