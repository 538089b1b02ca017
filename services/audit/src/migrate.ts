import { migrate } from '@kitroom/database'

import { migrationConfig } from './config.ts'
import { migrations } from './persistence/migrations/index.ts'

const { migrationDatabaseUrl } = migrationConfig()
const run = await migrate({ url: migrationDatabaseUrl, schema: 'audit', migrations })
console.log(run.length === 0 ? 'audit: up to date' : `audit: ${run.join(', ')}`)
