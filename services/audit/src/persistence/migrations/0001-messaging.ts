import { messagingTables, type SqlMigration } from '@kitroom/database'

export const messaging: SqlMigration = { name: '0001-messaging', up: messagingTables }
