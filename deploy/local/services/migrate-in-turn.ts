import { pathToFileURL } from 'node:url'

import type { StoreMigration } from './database.ts'

const migrations = JSON.parse(process.env['KITROOM_MIGRATIONS'] ?? '') as StoreMigration[]

// The services' own migrations, in one process: to load what they need takes longer than to run them all.
for (const { store, program, url } of migrations) {
  process.env['MIGRATION_DATABASE_URL'] = url
  await import(pathToFileURL(program).href).catch((cause: unknown) => {
    throw new Error(`The schema of ${store} could not be brought up to date.`, { cause })
  })
}
