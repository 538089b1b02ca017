import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { Migration, Migrator } from '@mikro-orm/migrations'
import { type Configuration, type Constructor, MikroORM } from '@mikro-orm/postgresql'

import { isRetryable } from '../postgres-error.ts'
import { aloneMigrating } from './one-runner.ts'
import { patiently } from './patiently.ts'
import { type Roles, rolesOf } from './roles.ts'

/** A migration: a name that orders it and SQL that never changes once it has landed. */
export interface SqlMigration {
  name: string
  /**
   * Role names differ between installations that share a server, so the statements are told them. One text is one
   * transaction. A list is run statement by statement outside of any, as `create index concurrently` needs it: when it
   * fails it begins again, so each statement has to bear being repeated.
   */
  up: (roles: Roles) => string | readonly string[]
}

interface MigrateOptions {
  /** Connection of the role that owns the schema. */
  url: string
  schema: string
  migrations: readonly SqlMigration[]
  /** For how long a lock that others hold is tried again and again. */
  patienceMs?: number
}

/**
 * Who waits for a table's lock makes everybody behind it wait too. So no migration waits longer than this, gives way,
 * and comes back after the pause (OPS-5).
 */
const LOCK_TIMEOUT = '500ms'
const GIVE_WAY_MS = 1_000
const PATIENCE_MS = 10 * 60_000

/**
 * Brings one service's schema up to date, as its owner, while the service runs: each migration in its own transaction,
 * by one runner at a time. Waits a while for a database that is away. Returns the names run.
 * @throws the error of a migration, which has left nothing behind unless it was a list
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const done: string[] = []
  await patiently(() => runPending(options, done))
  return done
}

async function runPending(options: MigrateOptions, done: string[]): Promise<void> {
  const { url, schema, migrations, patienceMs = PATIENCE_MS } = options
  const roles = rolesOf(url)
  await using parts = new AsyncDisposableStack()
  const end = performance.now() + patienceMs
  parts.use(await aloneMigrating(url, schema, end))
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [],
    schema,
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    logger: () => undefined,
    // Settings made for a statement hold for the next one.
    pool: { min: 1, max: 1 },
    migrations: {
      tableName: 'migration',
      snapshot: false,
      allOrNothing: false,
      migrationsList: migrations.map(({ name, up }) => ({ name, class: migrationClass(up(roles)) })),
    },
  } satisfies Partial<Configuration> & Record<string, unknown>)
  parts.defer(() => orm.close(true))
  for (;;) {
    try {
      for (const { name } of await orm.migrator.getPending()) {
        await orm.migrator.up({ migrations: [name] })
        done.push(name)
      }
      return
    } catch (error) {
      if (!isRetryable(error) || performance.now() > end) throw error
      await pause(GIVE_WAY_MS / 2 + randomInt(GIVE_WAY_MS))
    }
  }
}

function migrationClass(up: string | readonly string[]): Constructor<Migration> {
  const isList = typeof up !== 'string'
  return class extends Migration {
    override isTransactional(): boolean {
      return !isList
    }

    override up(): void {
      // Waiting harms nobody there, and giving up would leave half an index.
      if (isList)
        for (const statement of [`set lock_timeout = 0`, ...up, 'reset lock_timeout']) this.addSql(statement)
      else this.addSql(`set local lock_timeout = '${LOCK_TIMEOUT}'; ${up}`)
    }
  }
}
