import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { lockFolder } from '../folder-lock.ts'
import { onFreePort } from '../free-port.ts'
import { stopLeftover } from '../other-process.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { ensureNatsServer } from './install-nats-server.ts'

export interface NatsOptions {
  /** Made when absent; the streams are kept inside. */
  dataDir: string
  /** Of 127.0.0.1; any free one when left out. */
  port?: number
  onLog?: (line: string) => void
  /** A block of configuration that says who is let in; everybody when left out. */
  authorization?: string
}

export interface LocalNats extends ServerProcess {
  readonly port: number
  readonly url: string
  /** Its monitoring pages: /healthz, /jsz, /connz. */
  readonly monitorUrl: string
}

/**
 * Starts a NATS server with JetStream on a data folder, after stopping one that an earlier run left behind there.
 * The configuration is understood by 2.9, which Debian has, and by newer servers.
 * @throws FolderInUse when another process runs on the folder; Error with the server's words when it does not start
 */
export async function startNats({
  dataDir,
  port,
  onLog,
  authorization = '',
}: NatsOptions): Promise<LocalNats> {
  const command = await ensureNatsServer()
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true })
  const lock = lockFolder(folder)
  try {
    const configFile = join(folder, 'nats.conf')
    const pidFile = join(folder, 'nats.pid')
    await stopLeftover(pidFile, ['nats-server', configFile])
    const start = async (chosen: number): Promise<LocalNats> => {
      const config = configuration({ port: chosen, pidFile, storeDir: join(folder, 'store') })
      // It may hold passwords, and a file that is there keeps the mode it has.
      rmSync(configFile, { force: true })
      writeFileSync(configFile, `${config}${authorization}`, { mode: 0o600 })
      let monitor = ''
      const server = await startServer({
        name: 'NATS',
        command,
        args: ['-c', configFile],
        cwd: folder,
        user: {},
        isReady: (line) => {
          monitor = /Starting http monitor on (\S+)/.exec(line)?.[1] ?? monitor
          return line.includes('Server is ready')
        },
        onLog,
      })
      void server.exited.then(lock.release)
      return { ...server, port: chosen, url: `nats://127.0.0.1:${chosen}`, monitorUrl: `http://${monitor}` }
    }
    return await (port === undefined ? onFreePort(start) : start(port))
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The monitor is on any port, a port of -1 lets the server choose and its log says which. */
function configuration({
  port,
  pidFile,
  storeDir,
}: {
  port: number
  pidFile: string
  storeDir: string
}): string {
  return `listen: "127.0.0.1:${port}"
http: "127.0.0.1:-1"
server_name: "kitroom-local"
pid_file: ${JSON.stringify(pidFile)}
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  max_memory_store: 64MB
  max_file_store: 4GB
}
`
}
