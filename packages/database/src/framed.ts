import { requireTime } from '@kitroom/deadline'
import type { CompiledQuery, Kysely } from 'kysely'

import type { Connections } from './connections.ts'
import { sqlStateOf } from './postgres-error.ts'
import { type Query, queryOn, type Sql } from './sql.ts'

export interface Frame<First> {
  readsOnly: boolean
  /** Says for whom, before anything else is asked. */
  first: Sql<First>
}

/** What runs within the frame. */
export interface Framed<First> {
  /** What the frame's first statement answers. */
  opened: Promise<First[]>
  query: Query
  /**
   * Sends a statement whose rows nobody needs and does not wait for it: the server takes one after the other. Where it
   * fails, so does all that follows, and the transaction with its error.
   */
  send: (statement: Sql) => void
  /** Runs what others compiled. */
  execute: Execute
  /** Whether a statement has failed so far: the transaction takes no other then. */
  hasFailed: () => boolean
}

export type Execute = (query: CompiledQuery) => Promise<Answer>

interface Answer {
  rows: object[]
  command: string
  rowCount: number | null
}

/** in_failed_sql_transaction: says only that something before it failed. */
const FAILED_BEFORE = '25P02'

/**
 * Makes transactions of statements that are sent as soon as they are known. The frame travels with what it frames and costs
 * no time of its own: where it fails, the server refuses all that follows.
 * @param compiler makes text and parameters of statements
 */
export const framed =
  ({ connect }: Connections, compiler: Pick<Kysely<unknown>, 'getExecutor'>) =>
  async <First, T>(
    { readsOnly, first }: Frame<First>,
    work: (within: Framed<First>) => Promise<T>,
  ): Promise<T> => {
    const connection = await connect()
    let failed: { error: unknown } | undefined
    const say = (text: string, parameters: readonly unknown[] = []): Promise<Answer> => {
      const answer = connection.query(text, parameters)
      answer.catch((error: unknown) => (failed ??= { error }))
      return answer
    }
    const execute: Execute = ({ sql, parameters }) => say(sql, parameters)
    const query = queryOn(compiler, execute)
    const send = (statement: Sql) => {
      requireTime()
      void execute(statement.compile(compiler))
    }
    const end = (how: 'commit' | 'rollback') => say(how).finally(connection.release)

    void say(readsOnly ? 'begin read only' : 'begin')
    const opened = query(first)
    opened.catch(() => undefined)
    let result: T
    try {
      result = await work({ opened, query, send, execute, hasFailed: () => failed !== undefined })
    } catch (error) {
      await end('rollback').catch(() => undefined)
      throw sqlStateOf(error) === FAILED_BEFORE ? (failed?.error ?? error) : error
    }
    // Also where nothing is written: what it holds is given back by then.
    const { command } = await end('commit').catch((error: unknown) => {
      throw failed?.error ?? error
    })
    // A transaction in which something failed is rolled back by its commit, and that is no error.
    if (failed !== undefined) throw failed.error
    if (command !== 'COMMIT') throw new Error(`A transaction ended with ${command}.`)
    return result
  }
