import { deadLetterTable, openDatabase, rolesOf } from '@kitroom/database'
import { createLogger } from '@kitroom/service'

import { redriveConfig } from './config.ts'
import { seal } from './persistence/seal.ts'
import { inTrailOf } from './persistence/trail-store.ts'
import { recordEvents } from './use-cases/record-events.ts'
import { redriveDeadLetters } from './use-cases/redrive-dead-letters.ts'

const { databaseUrl } = redriveConfig()
const database = openDatabase({ url: databaseUrl, service: 'audit', entities: [], poolSize: 1 })
try {
  const deadLetters = deadLetterTable({ database, jobRole: rolesOf(databaseUrl).job, consumer: 'audit' })
  // Nobody is told from here: the services send what stays unconfirmed again, and the running service confirms it.
  const confirm = () => undefined
  const record = recordEvents({ inTrail: inTrailOf(database), seal, deadLetters, confirm })
  const counts = await redriveDeadLetters({ deadLetters, record })()
  createLogger({ service: 'audit', level: 'info' }).info(counts, 'dead letters were offered again')
} finally {
  await database.close()
}
