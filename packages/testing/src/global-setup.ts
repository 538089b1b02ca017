import { embeddedServers } from './servers.ts'
import { testInfra } from './test-infra.ts'

declare global {
  var stopTestServers: (() => Promise<void>) | undefined
}

/**
 * Starts one PostgreSQL and one NATS server for a whole run of tests, in containers or embedded;
 * `KITROOM_TEST_POSTGRES_URL` and `KITROOM_TEST_NATS_URL` in the environment spare them.
 */
export default async function globalSetup(): Promise<void> {
  const missing = (
    [
      ['KITROOM_TEST_POSTGRES_URL', 'postgres'],
      ['KITROOM_TEST_NATS_URL', 'nats'],
    ] as const
  ).filter(([variable]) => process.env[variable] === undefined)
  if (missing.length === 0) return

  // Loaded only when used: it takes half a second.
  const servers =
    (await testInfra(process.env)) === 'containers'
      ? (await import('./containers.ts')).containerServers
      : embeddedServers
  // Not on standard output, which may be Jest's JSON.
  process.stderr.write(`The tests use ${servers.description}.\n`)

  const starts = await Promise.allSettled(
    missing.map(async ([variable, server]) => {
      const started = await servers[server]()
      process.env[variable] = started.url
      return started
    }),
  )
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  globalThis.stopTestServers = async () => {
    await Promise.all(running.map((server) => server.stop()))
  }
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed !== undefined) {
    // Jest tears down only what was set up.
    await globalThis.stopTestServers()
    throw failed.reason
  }
}
