import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startSystem, type System, type SystemOptions } from '@kitroom/local'
import { until } from '@kitroom/testing'
import { Pool } from 'pg'

/** The whole system in a folder of its own, and a look behind the scenes. */
export interface TestSystem extends System, AsyncDisposable {
  /** Asks the database as a superuser, whom no policy hides anything from. */
  sql: <Row extends object>(text: string, params?: unknown[]) => Promise<Row[]>
}

/** Starts the system without demo data and, unless told, without a limit of requests that a test would meet. */
export async function testSystem({ env, ...options }: Partial<SystemOptions> = {}): Promise<TestSystem> {
  await using parts = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-e2e-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const system = parts.adopt(
    await startSystem({
      dataDir: folder,
      port: 0,
      seed: false,
      durable: false,
      ...options,
      env: { RATE_LIMIT_PER_MINUTE: '100000', RATE_LIMIT_ORG_PER_MINUTE: '1000000', ...env },
    }),
    ({ stop }) => stop(),
  )
  // Of one connection, which is replaced when PostgreSQL was away.
  const pool = parts.adopt(new Pool({ connectionString: system.adminDatabaseUrl, max: 1 }), (open) =>
    open.end(),
  )
  pool.on('error', () => undefined)
  const running = parts.move()
  return {
    ...system,
    sql: async <Row extends object>(text: string, params: unknown[] = []) =>
      (await pool.query<Row>(text, params)).rows,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

const OUTBOXES = ['auth', 'inventory', 'booking'].map(
  (service) => `select id, confirmed_at from ${service}.outbox`,
)

/**
 * Waits until the audit has confirmed every event that was committed. The jobs of the services may commit others meanwhile.
 * @throws Error when it has not what it confirmed, or has what nobody committed
 */
export async function auditIsSettled({ sql }: Pick<TestSystem, 'sql'>, withinMs = 60_000): Promise<void> {
  const sent = `(${OUTBOXES.join(' union all ')}) as sent`
  await until(
    () => sql(`select id from ${sent} where confirmed_at is null limit 5`),
    (waiting) => waiting.length === 0,
    withinMs,
  )
  const differing = await sql(`
    select sent.id as sent, event.id as recorded from ${sent}
    full join audit.audit_event as event using (id)
    where sent.id is null or sent.confirmed_at is not null and event.id is null`)
  if (differing.length > 0) throw new Error(`the audit differs: ${JSON.stringify(differing.slice(0, 5))}`)
}

/** Ends a process as a power cut would; the supervisor brings it back. */
export function kill(system: System, name: keyof System['processes']): void {
  const pid = system.processes[name]?.pid
  if (pid === undefined) throw new Error(`${name} is not running.`)
  process.kill(pid, 'SIGKILL')
}

/** Starts a process again that was killed, without the supervisor's pause. */
export async function revive(system: System, name: keyof System['processes']): Promise<void> {
  const kept = system.processes[name]
  await kept?.stop()
  await kept?.start()
}
