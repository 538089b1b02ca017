import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startNats, startPostgres } from '@kitroom/local-servers'

export interface TestServer {
  /** Of PostgreSQL: as superuser, with the password. */
  readonly url: string
  stop(): Promise<void>
}

/** A way to get the servers a run of tests needs. Each call starts one of its own, empty. */
export interface TestServers {
  /** For the person who started the run. */
  readonly description: string
  postgres(): Promise<TestServer>
  nats(): Promise<TestServer>
}

/** Child processes of this one, from `@kitroom/local-servers`: nothing has to be installed. */
export const embeddedServers: TestServers = {
  description: 'embedded PostgreSQL and NATS',
  postgres: () => inOwnFolder((dataDir) => startPostgres({ dataDir, durable: false })),
  nats: () => inOwnFolder((dataDir) => startNats({ dataDir })),
}

async function inOwnFolder(
  start: (dataDir: string) => Promise<{ url: string; stop: () => Promise<unknown> }>,
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-test-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  try {
    const server = await start(join(folder, 'data'))
    return {
      url: server.url,
      async stop() {
        await server.stop()
        await removeFolder()
      },
    }
  } catch (error) {
    await removeFolder()
    throw error
  }
}
