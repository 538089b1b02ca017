import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { lockFolder } from '../folder-lock.ts'
import { stopLeftover } from '../other-process.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { ensureNatsServer } from './install-nats-server.ts'

export interface NatsOptions {
  /** Made when absent; the streams are kept inside. */
  dataDir: string
  /** Of 127.0.0.1; any free one when left out. */
  port?: number
  onLog?: (line: string) => void
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
export async function startNats({ dataDir, port, onLog }: NatsOptions): Promise<LocalNats> {
  const command = await ensureNatsServer()
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true })
  const lock = lockFolder(folder)
  try {
    const configFile = join(folder, 'nats.conf')
    const pidFile = join(folder, 'nats.pid')
    await stopLeftover(pidFile, ['nats-server', configFile])
    writeFileSync(configFile, configuration({ port, pidFile, storeDir: join(folder, 'store') }))
    const ports = { client: 0, monitor: 0 }
    const server = await startServer({
      name: 'NATS',
      command,
      args: ['-c', configFile],
      cwd: folder,
      user: {},
      isReady: (line) => {
        ports.client = portIn(line, 'Listening for client connections on') ?? ports.client
        ports.monitor = portIn(line, 'Starting http monitor on') ?? ports.monitor
        return line.includes('Server is ready')
      },
      onLog,
    })
    void server.exited.then(lock.release)
    return {
      ...server,
      port: ports.client,
      url: `nats://127.0.0.1:${ports.client}`,
      monitorUrl: `http://127.0.0.1:${ports.monitor}`,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** A port of -1 lets the server choose, and its log says which. */
function configuration({
  port = -1,
  pidFile,
  storeDir,
}: {
  port: number | undefined
  pidFile: string
  storeDir: string
}) {
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

function portIn(line: string, words: string): number | undefined {
  const digits = new RegExp(`${words} 127\\.0\\.0\\.1:(\\d+)`).exec(line)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
