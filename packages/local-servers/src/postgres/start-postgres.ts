import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { lockFolder } from '../folder-lock.ts'
import { onFreePort } from '../free-port.ts'
import { stopLeftover } from '../other-process.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { clusterFolder, ensureCluster } from './cluster.ts'
import { postgresPrograms } from './postgres-programs.ts'
import { serverUser } from './server-user.ts'

/** Of postmaster.pid (PostgreSQL's pidfile.h), counted from 0. */
const PID_LINE = 0
const START_LINE = 2
const STATUS_LINE = 7

export interface PostgresOptions {
  /** Made when absent; everything the server keeps is inside. */
  dataDir: string
  /** Of 127.0.0.1; any free one when left out. */
  port?: number
  /** False skips every wait for the disk: quick, and worthless after a power cut. For tests. */
  durable: boolean
  onLog?: (line: string) => void
}

export interface LocalPostgres extends ServerProcess {
  readonly port: number
  /** As superuser, with its password, to the database `postgres`. */
  readonly url: string
}

/**
 * Starts the embedded PostgreSQL on a data folder, after stopping one that an earlier run left behind there.
 * The folder survives every kind of stop.
 * @throws FolderInUse when another process runs on the folder; Error with the server's words when it does not start
 */
export async function startPostgres({
  dataDir,
  port,
  durable,
  onLog,
}: PostgresOptions): Promise<LocalPostgres> {
  const programs = await postgresPrograms()
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true })
  const lock = lockFolder(folder)
  try {
    const user = serverUser([folder, programs.postgres], clusterFolder(folder))
    const cluster = ensureCluster(folder, { programs, user, durable })
    const pidFile = join(cluster.folder, 'postmaster.pid')
    await stopLeftover(pidFile, ['postgres', cluster.folder])
    const start = async (chosen: number): Promise<LocalPostgres> => {
      const [command = programs.postgres, ...args] = [
        ...user.prefix,
        programs.postgres,
        ...['-D', cluster.folder, '-p', String(chosen)],
        ...settings(durable).flatMap((setting) => ['-c', setting]),
      ]
      const since = Math.floor(Date.now() / 1000)
      const server = await startServer({
        name: 'PostgreSQL',
        command,
        args,
        cwd: cluster.folder,
        user: user.ids,
        isReady: (_, pid) => isReady(pidFile, pid, since),
        onLog,
      })
      void server.exited.then(lock.release)
      return {
        ...server,
        port: chosen,
        url: `postgres://postgres:${cluster.password}@127.0.0.1:${chosen}/postgres`,
      }
    }
    return await (port === undefined ? onFreePort(start) : start(port))
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * As pg_ctl asks: its log may go elsewhere (`logging_collector`), and the file may be that of a server before, which
 * can have had the same process id.
 */
function isReady(pidFile: string, pid: number, since: number): boolean {
  try {
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    const isOfThisStart = Number(lines[PID_LINE]) === pid && Number(lines[START_LINE]) >= since
    return isOfThisStart && lines[STATUS_LINE]?.trim() === 'ready'
  } catch {
    return false
  }
}

function settings(durable: boolean): string[] {
  return [
    'listen_addresses=127.0.0.1',
    // A socket's path may have 107 bytes, which a data folder easily exceeds.
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'shared_preload_libraries=pg_stat_statements',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ]
}
