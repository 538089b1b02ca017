import { randomBytes } from 'node:crypto'

import { GenericContainer, Wait } from 'testcontainers'

import type { TestServer, TestServers } from './servers.ts'

const IMAGES = {
  postgres: process.env['KITROOM_TEST_POSTGRES_IMAGE'] ?? 'postgres:18.4-bookworm',
  nats: process.env['KITROOM_TEST_NATS_IMAGE'] ?? 'nats:2.12.12-alpine',
}

/** The settings are those of the embedded PostgreSQL, with connections to spare. */
const POSTGRES_SETTINGS = [
  'max_connections=300',
  'timezone=UTC',
  'shared_preload_libraries=pg_stat_statements',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
]

/**
 * Containers of the engine that testcontainers finds. They wait for the servers' own words: the health check of
 * testcontainers' PostgreSQL module would go on four times a second for the whole run, and podman without systemd never runs it.
 */
export const containerServers: TestServers = {
  description: `containers of ${IMAGES.postgres} and ${IMAGES.nats}`,

  postgres() {
    // The port is open on every address of the machine.
    const password = randomBytes(24).toString('base64url')
    const container = new GenericContainer(IMAGES.postgres)
      .withEnvironment({
        POSTGRES_PASSWORD: password,
        // Sorts like the embedded one; the image's own locale is en_US.
        POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C.UTF-8 --no-sync',
      })
      .withCommand(['postgres', ...POSTGRES_SETTINGS.flatMap((setting) => ['-c', setting])])
      // An engine gives 64 MB, which parallel queries may exceed.
      .withSharedMemorySize(256 * 1024 * 1024)
      .withExposedPorts(5432)
      // The first time it speaks to the image's own set-up only.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    return started(IMAGES.postgres, container, 5432, `postgres://postgres:${password}@`, '/postgres')
  },

  nats() {
    const container = new GenericContainer(IMAGES.nats)
      .withCommand(['--jetstream'])
      // All that the image names: podman 4 binds none of them if one is left out.
      .withExposedPorts(4222, 6222, 8222)
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
    return started(IMAGES.nats, container, 4222, 'nats://', '')
  },
}

async function started(
  image: string,
  container: GenericContainer,
  port: number,
  before: string,
  after: string,
): Promise<TestServer> {
  try {
    const running = await container.start()
    return {
      url: `${before}${running.getHost()}:${running.getMappedPort(port)}${after}`,
      async stop() {
        await running.stop()
      },
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    throw new Error(
      `No container of ${image} could be started: ${reason}. KITROOM_TEST_INFRA=embedded needs none.`,
      { cause: error },
    )
  }
}
