import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { FolderInUse, lockFolder } from '@kitroom/local-servers'

/** The one place where an installation keeps everything. */
export interface DataFolder {
  path: string
  postgres: string
  nats: string
  secrets: string
  demoLogins: string
  logOf: (name: string) => string
  /** Tells a second start where the first one answers. */
  announce: (url: string) => void
  release: () => void
}

/**
 * Takes the data folder for this process alone, making it when absent.
 * @param fresh remove first what an earlier run left; other people's files in the folder stay
 * @throws FolderInUse saying where the system that uses it answers
 */
export function openDataFolder(dataDir: string, fresh: boolean): DataFolder {
  const path = resolve(dataDir)
  const running = join(path, 'running.json')
  const lock = lockOf(path, running)
  const folder: DataFolder = {
    path,
    postgres: join(path, 'postgres'),
    nats: join(path, 'nats'),
    secrets: join(path, 'secrets.json'),
    demoLogins: join(path, 'demo-logins.json'),
    logOf: (name) => join(path, 'logs', `${name}.log`),
    announce: (url) => {
      writeFileSync(running, JSON.stringify({ url, pid: process.pid }))
    },
    release: () => {
      remove(running)
      lock.release()
    },
  }
  const { postgres, nats, secrets, demoLogins } = folder
  if (fresh) for (const old of [postgres, nats, secrets, demoLogins]) remove(old)
  startNewLogs(join(path, 'logs'))
  return folder
}

const remove = (path: string) => rmSync(path, { recursive: true, force: true })

/** One run's logs are kept beside the present ones, and so they do not grow for ever. */
function startNewLogs(logs: string): void {
  remove(`${logs}.previous`)
  if (existsSync(logs)) renameSync(logs, `${logs}.previous`)
  mkdirSync(logs)
}

function lockOf(path: string, running: string): { release: () => void } {
  try {
    return lockFolder(path)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new FolderInUse(
      `Kitroom is already running on ${path}${whereabouts(running)}. Stop it there, or start another one beside it: KITROOM_PORT=8090 KITROOM_DATA_DIR=./.kitroom-2 npm start`,
      { cause: error },
    )
  }
}

/** Absent while the other one is still starting. */
function whereabouts(running: string): string {
  try {
    const { url, pid } = JSON.parse(readFileSync(running, 'utf8')) as { url: string; pid: number }
    return ` at ${url} (process ${pid})`
  } catch {
    return ''
  }
}
