import { migrate } from '@kitroom/database'

import { readMigrationConfig } from './config.ts'
import { migrations } from './persistence/migrations/index.ts'

const run = await migrate({ url: readMigrationConfig().migrationDatabaseUrl, schema: 'auth', migrations })
process.stdout.write(`auth: ${run.length === 0 ? 'up to date' : run.join(', ')}\n`)
