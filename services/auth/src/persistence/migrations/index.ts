import type { SqlMigration } from '@kitroom/database'

import { accounts } from './20261121000000_accounts.ts'
import { memberOrder } from './20261130000000_member_order.ts'

export const migrations: readonly SqlMigration[] = [accounts, memberOrder]
