import { Client } from 'pg'

import { patiently } from './patiently.ts'
import { roleNames } from './roles.ts'

export interface ServiceAccess {
  service: string
  password: string
  ownerPassword: string
}

export interface ProvisionOptions {
  /** A superuser; or, for a database it owns, any role that may create roles. */
  adminUrl: string
  /** Created when absent; without it, the database that the URL names. */
  database?: string
  services: readonly ServiceAccess[]
}

/** How a service signs in, and how its migrations do. */
export interface ServiceUrls {
  url: string
  migrationUrl: string
}

const EXTENSIONS = ['btree_gist', 'pg_trgm']

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await patiently(async () => {
    const opening = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    await opening.connect()
    return opening
  })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}

function signedInAs(url: string, user: string, password: string): string {
  const changed = new URL(url)
  changed.username = user
  changed.password = password
  return changed.toString()
}

async function ensureDatabase(adminUrl: string, database: string): Promise<void> {
  await connected(adminUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`)
  })
}

async function ensureRole(client: Client, name: string, options: string, password?: string): Promise<void> {
  const found = await client.query<{ mighty: boolean }>(
    `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as mighty
       from pg_roles where rolname = $1`,
    [name],
  )
  const role = client.escapeIdentifier(name)
  if (found.rowCount === 0) await client.query(`create role ${role}`)
  // A new role has no power. To name what only a superuser may give is refused to everybody else, even to take it away.
  const powerless = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls'
  if (found.rows[0]?.mighty === true) await client.query(`alter role ${role} with ${powerless}`)
  const secret = password === undefined ? '' : ` password ${client.escapeLiteral(password)}`
  await client.query(`alter role ${role} with ${options}${secret}`)
}

async function ensureService(client: Client, database: string, access: ServiceAccess): Promise<void> {
  const { app, owner, job } = roleNames(`${database}_${access.service}`)
  const id = (name: string) => client.escapeIdentifier(name)
  await ensureRole(client, owner, 'login inherit', access.ownerPassword)
  // NOINHERIT: the job's wider sight is put on by SET LOCAL ROLE for one transaction, never held by accident.
  await ensureRole(client, app, 'login noinherit', access.password)
  await ensureRole(client, job, 'nologin')
  await client.query(`grant ${id(job)} to ${id(app)}`)
  await client.query(`grant ${id(owner)} to current_user`)
  await client.query(`create schema if not exists ${id(access.service)} authorization ${id(owner)}`)
  await client.query(`grant usage on schema ${id(access.service)} to ${id(app)}, ${id(job)}`)
  await client.query(`grant usage on schema extensions to ${id(owner)}, ${id(app)}, ${id(job)}`)
  for (const name of [app, owner]) {
    await client.query(`alter role ${id(name)} set search_path = ${id(access.service)}, extensions`)
    await client.query(`alter role ${id(name)} set lock_timeout = '2s'`)
  }
  await client.query(`alter role ${id(app)} set statement_timeout = '3s'`)
  await client.query(`alter role ${id(app)} set idle_in_transaction_session_timeout = '10s'`)
  // What is asked is of one organisation, and most of a table is others': an index finds the former also where the planner hopes
  // to be quicker with the whole (DOS-5).
  await client.query(`alter role ${id(app)} set enable_seqscan = off`)
  await client.query(`alter role ${id(app)} set jit = off`)
}

/**
 * Prepares a PostgreSQL server for Kitroom: the database, one schema per service and the roles that may use just that.
 * Waits a while for a server that is away. Changes nothing when everything stands. Role names begin with the database's,
 * so installations can share a server.
 */
export async function provision(options: ProvisionOptions): Promise<Record<string, ServiceUrls>> {
  const { adminUrl, services } = options
  const database = options.database ?? decodeURIComponent(new URL(adminUrl).pathname.slice(1))
  if (options.database !== undefined) await ensureDatabase(adminUrl, database)
  const url = withDatabase(adminUrl, database)
  await connected(url, async (client) => {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtextextended('provision:kitroom', 0))`)
    await client.query('create schema if not exists extensions')
    for (const extension of EXTENSIONS) {
      await client.query(`create extension if not exists ${extension} with schema extensions`)
    }
    await client.query('revoke create on schema public from public')
    for (const access of services) await ensureService(client, database, access)
    await client.query('commit')
  })
  return Object.fromEntries(
    services.map(({ service, password, ownerPassword }) => {
      const { app, owner } = roleNames(`${database}_${service}`)
      return [
        service,
        { url: signedInAs(url, app, password), migrationUrl: signedInAs(url, owner, ownerPassword) },
      ]
    }),
  )
}
