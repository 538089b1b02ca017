import { Migration, Migrator } from '@mikro-orm/migrations'
import { type Configuration, MikroORM } from '@mikro-orm/postgresql'

import { type Roles, rolesOf } from './roles.ts'

/** A migration: a name that orders it and SQL that never changes once it has landed. */
export interface SqlMigration {
  name: string
  /** Role names differ between installations that share a server, so the statements are told them. */
  up: (roles: Roles) => string
}

interface MigrateOptions {
  /** Connection of the role that owns the schema. */
  url: string
  schema: string
  migrations: readonly SqlMigration[]
}

/** Brings one service's schema up to date, as its owner, each migration in its own transaction. Returns the names run. */
export async function migrate({ url, schema, migrations }: MigrateOptions): Promise<string[]> {
  const roles = rolesOf(url)
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [],
    schema,
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    logger: () => undefined,
    migrations: {
      tableName: 'migration',
      snapshot: false,
      migrationsList: migrations.map(({ name, up }) => ({
        name,
        class: class extends Migration {
          override up(): void {
            this.addSql(up(roles))
          }
        },
      })),
    },
  } satisfies Partial<Configuration> & Record<string, unknown>)
  try {
    const run = await orm.migrator.up()
    return run.map(({ name }) => name)
  } finally {
    await orm.close(true)
  }
}
