import { join } from 'node:path'

import { provision, type ServiceUrls } from '@kitroom/database'

import { runProgram } from '../processes/programs.ts'
import type { Secrets } from '../system/secrets.ts'
import { type Store, STORES } from './services.ts'

export type DatabaseUrls = Record<Store, ServiceUrls>

const DATABASE = 'kitroom'

export interface PreparedDatabase {
  urls: DatabaseUrls
  /** To the services' database, as whoever prepared it. */
  adminUrl: string
}

/** Makes the schemas and roles; on a server of our own the database too, on somebody else's the one the URL names. */
export async function prepareDatabase(wish: {
  serverUrl: string
  isOurs: boolean
  secrets: Secrets
}): Promise<PreparedDatabase> {
  const { serverUrl, isOurs, secrets } = wish
  const services = STORES.map((service) => {
    const { app, owner } = secrets.databasePasswords[service]
    return { service, password: app, ownerPassword: owner }
  })
  const urls = await provision({
    adminUrl: serverUrl,
    ...(isOurs ? { database: DATABASE } : {}),
    services,
  }).catch((cause: unknown) => {
    if (isOurs) throw cause
    const reason = (cause as NodeJS.ErrnoException).code ?? ''
    throw new Error(
      `The database of DATABASE_URL cannot be prepared (${reason}): ${String(cause)}\nIt must be PostgreSQL 15 or newer, and the URL's role must be allowed to make roles and extensions.`,
      { cause },
    )
  })
  const adminUrl = new URL(serverUrl)
  if (isOurs) adminUrl.pathname = `/${DATABASE}`
  return { urls: urls as DatabaseUrls, adminUrl: adminUrl.toString() }
}

/** A service whose schema is to be brought up to date. */
export interface StoreMigration {
  store: Store
  /** Its own, where it lies. */
  program: string
  /** Of the role that owns the schema. */
  url: string
}

/** Brings every schema up to date. */
export function migrateAll(
  urls: DatabaseUrls,
  logOf: (name: string) => string,
  folderOf: (store: Store) => string,
  signal: AbortSignal,
): Promise<void> {
  const migrations: StoreMigration[] = STORES.map((store) => ({
    store,
    program: join(folderOf(store), 'src/migrate.ts'),
    url: urls[store].migrationUrl,
  }))
  return runProgram(
    'Migrating',
    {
      cwd: import.meta.dirname,
      args: [join(import.meta.dirname, 'migrate-in-turn.ts')],
      env: { KITROOM_MIGRATIONS: JSON.stringify(migrations) },
      logFile: logOf('migrations'),
    },
    signal,
  )
}
