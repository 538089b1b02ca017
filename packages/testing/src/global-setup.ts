import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startNats, startPostgres } from '@kitroom/local-servers'

declare global {
  var stopTestServers: (() => Promise<void>) | undefined
}

/** Starts one PostgreSQL and one NATS server for a whole run of tests; `KITROOM_TEST_*` in the environment spare them. */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-test-'))
  const { KITROOM_TEST_POSTGRES_URL, KITROOM_TEST_NATS_URL } = process.env
  const [postgres, nats] = await Promise.all([
    KITROOM_TEST_POSTGRES_URL === undefined
      ? startPostgres({ dataDir: join(folder, 'postgres'), durable: false })
      : undefined,
    KITROOM_TEST_NATS_URL === undefined ? startNats({ dataDir: join(folder, 'nats') }) : undefined,
  ])
  if (postgres !== undefined) process.env['KITROOM_TEST_POSTGRES_URL'] = postgres.url
  if (nats !== undefined) process.env['KITROOM_TEST_NATS_URL'] = nats.url
  globalThis.stopTestServers = async () => {
    await Promise.all([postgres?.stop(), nats?.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}
