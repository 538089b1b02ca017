import { until } from '@kitroom/testing'
import { Client } from 'pg'

import { kill, revive, type TestSystem } from '../test-system.ts'

/** Waits until so many statements of services are held up, with nothing left to chance. */
export const heldUp = ({ sql }: TestSystem, statement: RegExp, event: 'Lock' | 'PgSleep', count = 1) =>
  until(
    () =>
      sql<{ query: string }>(
        `select query from pg_stat_activity
         where application_name like 'kitroom-%' and $1 in (wait_event_type, wait_event) and state = 'active'`,
        [event],
      ),
    (rows) => rows.filter(({ query }) => statement.test(query)).length >= count,
    30_000,
  )

/** What is held up and how, and whom that kills. */
export interface Held {
  service: 'auth' | 'inventory' | 'booking'
  hold: string
  params?: string[]
  waiting: RegExp
  /** How many requests are held up. */
  count?: number
}

/** Kills a service while what it is asked is held up, and gives what is heard in the end. */
export async function killedWhileHeldUp<T>(
  system: TestSystem,
  { service, hold, params = [], waiting, count }: Held,
  ask: () => Promise<T>,
): Promise<T> {
  const holder = new Client({ connectionString: system.adminDatabaseUrl })
  await holder.connect()
  await holder.query('begin')
  await holder.query(hold, params)
  const asking = ask()
  try {
    await heldUp(system, waiting, 'Lock', count)
    kill(system, service)
  } finally {
    await holder.end()
  }
  await revive(system, service)
  return asking
}
