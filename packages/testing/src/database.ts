import { randomBytes } from 'node:crypto'

import { migrate, provision, type SqlMigration } from '@kitroom/database'
import { Client } from 'pg'

export interface TestDatabase extends AsyncDisposable {
  /** As the service signs in: no owner, no superuser, under row level security. */
  url: string
  /** As the role that owns the schema. */
  migrationUrl: string
  /** As a superuser, who sees everything: for looking at what a test left. */
  adminUrl: string
  /** Runs a statement as the superuser with the service's schema in the search path. */
  admin: <Row extends object>(text: string, params?: unknown[]) => Promise<Row[]>
  /** How many deadlocks there have been in it. */
  deadlocks: () => Promise<number>
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined)
    throw new Error(`${name} is not set: run the tests by pnpm jest, whose setup starts servers.`)
  return value
}

/** Makes a database of its own for a test file, migrated for one service. Dispose of it to drop it. */
export async function testDatabase(
  service: string,
  migrations: readonly SqlMigration[],
): Promise<TestDatabase> {
  const server = required('KITROOM_TEST_POSTGRES_URL')
  const database = `t_${randomBytes(6).toString('hex')}`
  const urls = await provision({
    adminUrl: server,
    database,
    services: [{ service, password: 'app', ownerPassword: 'owner' }],
  })
  const access = urls[service]
  if (access === undefined) throw new Error(`${service} was not provisioned.`)
  await migrate({ url: access.migrationUrl, schema: service, migrations })

  const adminUrl = new URL(server)
  adminUrl.pathname = `/${database}`
  const client = new Client({ connectionString: adminUrl.toString() })
  await client.connect()
  await client.query(`set search_path = ${service}, extensions`)
  const admin: TestDatabase['admin'] = async <Row extends object>(text: string, params: unknown[] = []) =>
    (await client.query<Row>(text, params)).rows
  return {
    url: access.url,
    migrationUrl: access.migrationUrl,
    adminUrl: adminUrl.toString(),
    admin,
    async deadlocks() {
      const [row] = await admin<{ deadlocks: number }>(
        'select deadlocks::int from pg_stat_database where datname = current_database()',
      )
      if (row === undefined) throw new Error('PostgreSQL tells nothing of this database.')
      return row.deadlocks
    },
    async [Symbol.asyncDispose]() {
      await client.end()
      const cleaner = new Client({ connectionString: server })
      await cleaner.connect()
      await cleaner.query(`drop database ${database} with (force)`)
      for (const role of ['', '_owner', '_job'])
        await cleaner.query(`drop role ${database}_${service}${role}`)
      await cleaner.end()
    },
  }
}

/** The broker of this run of tests. Tests share its one stream: use organisations of your own. */
export function testBroker(): { url: string } {
  return { url: required('KITROOM_TEST_NATS_URL') }
}
