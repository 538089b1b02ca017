import { openDatabase, rolesOf } from '@kitroom/database'
import { v7 as newId } from 'uuid'

import { readKeyConfig } from './config.ts'
import { signingKeys } from './persistence/signing-keys.ts'
import { sealUnder } from './secrets/seal.ts'

// Publishes a new signing key; the running services do the rest at its time.
const { databaseUrl, keyEncryptionKey } = readKeyConfig()
const database = openDatabase({ url: databaseUrl, service: 'auth', entities: [], poolSize: 1 })
try {
  const keys = signingKeys(database, rolesOf(databaseUrl).job, sealUnder(keyEncryptionKey), newId)
  const activeFrom = await keys.rotate()
  process.stdout.write(`auth: a new signing key is published and signs from ${activeFrom.toISOString()} on\n`)
} finally {
  await database.close()
}
