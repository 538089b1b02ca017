import { messagingTables, type SqlMigration } from '@kitroom/database'

export const messaging: SqlMigration = { name: '20261121000000_messaging', up: messagingTables }
