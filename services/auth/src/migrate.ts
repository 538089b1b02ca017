import { migrate } from '@kitroom/database'

import { migrationConfig } from './config.ts'
import { migrations } from './persistence/migrations/index.ts'

const { migrationDatabaseUrl } = migrationConfig()
const run = await migrate({ url: migrationDatabaseUrl, schema: 'auth', migrations })
console.log(run.length === 0 ? 'auth: up to date' : `auth: ${run.join(', ')}`)
