import type { SqlMigration } from '@kitroom/database'

import { messaging } from './0001-messaging.ts'
import { trail } from './0002-trail.ts'

/** In the order they are run. A migration that has landed never changes. */
export const migrations: readonly SqlMigration[] = [messaging, trail]
