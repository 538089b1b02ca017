import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

import { generateSigningKey, type SigningKey } from '@kitroom/access-token'
import { NATS_USERS, type NatsUser } from '@kitroom/events'

import { type App, APPS, type Store, STORES } from '../services/services.ts'

/** Everything secret of one installation, made once. */
export interface Secrets {
  /** What each service signs its statements with. */
  serviceKeys: Record<App, SigningKey>
  databasePasswords: Record<Store, { app: string; owner: string }>
  natsPasswords: Record<NatsUser, string>
  /** 32 bytes in base64: seals the keys that access tokens are signed with. */
  keyEncryptionKey: string
  bootstrapToken: string
}

/** Reads the secrets from their file, which only its owner may read, or makes them first. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const kept = await read(file)
  if (kept?.natsPasswords !== undefined) return kept as Secrets
  // An installation that is older than the broker's users is given what it lacks.
  const secrets = { ...(await makeSecrets()), ...kept }
  // Written beside its place first: half a file would lock us out of our own database.
  await writeFile(`${file}.unfinished`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.unfinished`, file)
  return secrets
}

async function read(file: string): Promise<Partial<Secrets> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Secrets>
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(
      `The secrets in ${file} cannot be read; without them the data is lost. Restore the file, or start over with --fresh.`,
      { cause },
    )
  }
}

const word = () => randomBytes(24).toString('base64url')

export async function makeSecrets(): Promise<Secrets> {
  const keys = await Promise.all(
    APPS.map(async (app) => [app, await generateSigningKey(`${app}:1`)] as const),
  )
  return {
    serviceKeys: Object.fromEntries(keys) as Secrets['serviceKeys'],
    databasePasswords: Object.fromEntries(
      STORES.map((store) => [store, { app: word(), owner: word() }]),
    ) as Secrets['databasePasswords'],
    natsPasswords: Object.fromEntries(NATS_USERS.map((user) => [user, word()])) as Secrets['natsPasswords'],
    keyEncryptionKey: randomBytes(32).toString('base64'),
    bootstrapToken: word(),
  }
}
