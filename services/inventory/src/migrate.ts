import { migrate } from '@kitroom/database'

import { migrationConfig } from './config.ts'
import { migrations } from './persistence/migrations/index.ts'

const { migrationDatabaseUrl } = migrationConfig()
const run = await migrate({ url: migrationDatabaseUrl, schema: 'inventory', migrations })
console.log(run.length === 0 ? 'inventory: up to date' : `inventory: ${run.join(', ')}`)
