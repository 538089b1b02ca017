import { newId, openDatabase, rolesOf } from '@kitroom/database'

import { rotationConfig } from './config.ts'
import { signingKeys } from './persistence/signing-keys.ts'
import { sealUnder } from './secrets/seal.ts'

// Publishes a new signing key; the running services do the rest at its time.
const { databaseUrl, keyEncryptionKey, previousKeyEncryptionKey, signingKeyNoticeSeconds } = rotationConfig()
const database = openDatabase({ url: databaseUrl, service: 'auth', entities: [], poolSize: 1 })
try {
  const seal = sealUnder(keyEncryptionKey, previousKeyEncryptionKey)
  const keys = signingKeys(database, rolesOf(databaseUrl).job, seal, newId)
  const activeFrom = await keys.rotate(signingKeyNoticeSeconds)
  process.stdout.write(`auth: a new signing key is published and signs from ${activeFrom.toISOString()} on\n`)
} finally {
  await database.close()
}
