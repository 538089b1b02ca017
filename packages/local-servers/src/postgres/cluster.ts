import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { PostgresPrograms } from './postgres-programs.ts'
import type { ServerUser } from './server-user.ts'

const MAJOR_VERSION = '18'

/** The files of one PostgreSQL server. */
export interface Cluster {
  folder: string
  /** Of the superuser `postgres`. */
  password: string
}

/** Where a cluster lies in its data folder. */
export const clusterFolder = (dataDir: string) => join(dataDir, 'cluster')

interface Making {
  programs: PostgresPrograms
  user: ServerUser
  durable: boolean
}

/**
 * Makes the cluster in the folder unless it is there. It is made beside its place and moved there when complete,
 * so that an interrupted start leaves nothing half made.
 */
export function ensureCluster(dataDir: string, making: Making): Cluster {
  const folder = clusterFolder(dataDir)
  const passwordFile = join(dataDir, 'superuser-password')
  if (!existsSync(folder)) createCluster(folder, passwordFile, making)
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== MAJOR_VERSION) {
    throw new Error(
      `The data in ${folder} was written by PostgreSQL ${version} and this is ${MAJOR_VERSION}. Start over with an empty folder, or move the data with pg_dump.`,
    )
  }
  return { folder, password: readFileSync(passwordFile, 'utf8') }
}

function createCluster(folder: string, passwordFile: string, { programs, user, durable }: Making): void {
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  user.own(unfinished)
  user.own(passwordFile)
  const args = [
    '-D',
    unfinished,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
  ]
  // Sorted by code point, letters known beyond ASCII: the same everywhere.
  args.push(
    ...(process.platform === 'darwin' ? ['--locale=C', '--lc-ctype=en_US.UTF-8'] : ['--locale=C.UTF-8']),
  )
  if (!durable) args.push('--no-sync')
  const [command = programs.initdb, ...rest] = [...user.prefix, programs.initdb, ...args]
  const { status, stderr, error } = spawnSync(command, rest, {
    cwd: unfinished,
    encoding: 'utf8',
    ...user.ids,
  })
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    const reason = `${error?.message ?? stderr.trim()}${user.hint}`
    throw new Error(`PostgreSQL's data folder could not be made in ${folder}: ${reason}`, { cause: error })
  }
  renameSync(unfinished, folder)
}
