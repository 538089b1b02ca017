import { type Fleet, newFleet } from '../processes/fleet.ts'
import { requireJetStream, startNatsServer, startPostgresServer } from '../processes/servers.ts'
import { migrateAll, prepareDatabase } from '../services/database.ts'
import { instancePorts, requireFreePort } from '../services/ports.ts'
import { serviceEnvironments } from '../services/service-environment.ts'
import { instanceName, serviceMembers } from '../services/service-members.ts'
import { folderOf } from '../services/services.ts'
import { waitUntilHealthy } from '../services/wait-until-healthy.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { type Progress, silent } from './progress.ts'
import { loadSecrets } from './secrets.ts'
import { seedOnce } from './seed-once.ts'
import { readSettings, type Settings } from './settings.ts'
import type { System, SystemOptions } from './system.ts'

/**
 * Starts everything on this machine: the servers, the schemas, the five services as processes of their own.
 * When a step fails or is given up, what was started is stopped again.
 * @throws FolderInUse when the data folder is in use; ConfigError; Error with the end of a log
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const settings = readSettings(options.env ?? {})
  refuseToEmptyOthers(options, settings)
  const folder = openDataFolder(options.dataDir, options.fresh ?? false)
  const fleet = newFleet()
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= fleet.stop().finally(folder.release))
  try {
    return { ...(await start({ options, settings, folder, fleet })), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Parts {
  options: SystemOptions
  settings: Settings
  folder: DataFolder
  fleet: Fleet
}

async function start({ options, settings, folder, fleet }: Parts): Promise<Omit<System, 'stop'>> {
  const { progress = silent, signal = new AbortController().signal, durable = true } = options
  const { folderOf: codeOf = folderOf } = options
  const step: Progress['step'] = (title, work) => {
    signal.throwIfAborted()
    return progress.step(title, work)
  }
  const instances = await instancePorts(options.port, options.replicas?.count ?? 1)
  const [first] = instances
  await requireFreePort(first.gateway.http)
  const ports = (await options.replicas?.balance(instances)) ?? first

  const serverUrl =
    settings.databaseUrl ?? (await step('PostgreSQL', () => startPostgresServer(folder, fleet, durable)))
  const secrets = await step('Secrets', () => loadSecrets(folder.secrets))
  const natsUrls = await step('NATS', () =>
    settings.natsUrl === undefined
      ? startNatsServer(folder, fleet, secrets.natsPasswords)
      : requireJetStream(settings.natsUrl),
  )
  const bootstrapToken = settings.kitroomBootstrapToken ?? secrets.bootstrapToken
  const database = await step('Database', async (detail) => {
    const prepared = await prepareDatabase({ serverUrl, isOurs: settings.databaseUrl === undefined, secrets })
    detail('migrating')
    await migrateAll(prepared.urls, folder.logOf, codeOf, signal)
    return prepared
  })
  const environments = await Promise.all(
    instances.map(async (own) => {
      const planned = serviceEnvironments({
        settings,
        secrets,
        natsUrls,
        databaseUrls: database.urls,
        own,
        reached: ports,
        bootstrapToken,
      })
      return (await options.rewire?.(planned)) ?? planned
    }),
  )
  const url = `http://127.0.0.1:${ports.gateway.http}`
  await step('Services', async (detail) => {
    fleet.add(
      environments.flatMap((each, number) => serviceMembers(each, options.env ?? {}, folder, number, codeOf)),
    )
    await fleet.whileAlive((alive) => waitUntilHealthy(url, detail, AbortSignal.any([signal, alive])))
  })
  const kept = fleet.keep(progress.say)
  const processes = kept as System['processes']
  if (options.seed) await seedOnce({ folder, url, bootstrapToken, signal, step })
  folder.announce(url)
  return {
    url,
    path: folder.path,
    demoLogins: folder.demoLogins,
    bootstrapToken,
    natsUrl: natsUrls,
    adminDatabaseUrl: database.adminUrl,
    ports,
    databaseUrl: (service) => database.urls[service].url,
    processes,
    migrate: () => migrateAll(database.urls, folder.logOf, codeOf, signal),
    replicas: (app) => instances.flatMap((_, number) => kept[instanceName(app, number)] ?? []),
  }
}

/** Starting over with a new set of secrets on old data would leave a system that cannot read its own keys. */
function refuseToEmptyOthers({ fresh = false }: SystemOptions, { databaseUrl, natsUrl }: Settings): void {
  if (!fresh || (databaseUrl === undefined && natsUrl === undefined)) return
  throw new Error(
    '--fresh empties only the servers that belong to the data folder, not those of DATABASE_URL and NATS_URL. Empty these yourself, remove the data folder, and start without --fresh.',
  )
}
