import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { TestSystem } from '../test-system.ts'

interface Kept {
  serviceKeys: Record<string, { d: string }>
  databasePasswords: Record<string, { app: string; owner: string }>
  keyEncryptionKey: string
  bootstrapToken: string
}

export const keptSecrets = async ({ path }: TestSystem): Promise<Kept> =>
  JSON.parse(await readFile(join(path, 'secrets.json'), 'utf8')) as Kept

/** Every secret of an installation, by name. */
export async function secretsOf(system: TestSystem): Promise<[name: string, secret: string][]> {
  const { serviceKeys, databasePasswords, keyEncryptionKey, bootstrapToken } = await keptSecrets(system)
  const superuser = await readFile(join(system.path, 'postgres', 'superuser-password'), 'utf8')
  return [
    ...Object.entries(serviceKeys).map(([name, { d }]) => [`the key of ${name}`, d] as [string, string]),
    ...Object.entries(databasePasswords).flatMap(([name, { app, owner }]): [string, string][] => [
      [`the database password of ${name}`, app],
      [`the database password of ${name}'s owner`, owner],
    ]),
    ['the key encryption key', keyEncryptionKey],
    ['the bootstrap token', bootstrapToken],
    ['the superuser’s password', superuser.trim()],
  ]
}

/** The logs of every process. */
export async function logsOf({ path }: TestSystem): Promise<[name: string, text: string][]> {
  const folder = join(path, 'logs')
  const files = await readdir(folder)
  return Promise.all(
    files.map(async (file): Promise<[string, string]> => [file, await readFile(join(folder, file), 'utf8')]),
  )
}

/** Every row of every table, as text. */
export async function tablesOf({ sql }: TestSystem): Promise<[name: string, text: string][]> {
  const tables = await sql<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('auth', 'inventory', 'booking', 'audit')`)
  const read: [string, string][] = []
  for (const { name } of tables) {
    const [row] = await sql<{ text: string | null }>(
      `select string_agg(it::text, ' ') as text from ${name} as it`,
    )
    read.push([name, row?.text ?? ''])
  }
  return read
}
