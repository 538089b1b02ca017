import { type Query, sql } from '@kitroom/database'

/**
 * Asks something across organisations in the middle of a transaction, as the job role, and steps back. Both steps are
 * local to the transaction; when the question fails the transaction is over, and the role with it.
 */
export async function asJob<T>(query: Query, job: string, ask: () => Promise<T>): Promise<T> {
  await query(sql`select set_config('role', ${job}, true)`)
  const answer = await ask()
  await query(sql`select set_config('role', 'none', true)`)
  return answer
}
