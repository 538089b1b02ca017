import type { SqlMigration } from '@kitroom/database'

import { accounts } from './20261121000000_accounts.ts'

export const migrations: readonly SqlMigration[] = [accounts]
