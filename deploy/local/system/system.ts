import type { KeptProcess } from '../processes/keep-running.ts'
import type { NatsUrls } from '../processes/servers.ts'
import type { Ports } from '../services/ports.ts'
import type { Environment } from '../services/service-environment.ts'
import type { App, Store } from '../services/services.ts'
import type { Progress } from './progress.ts'

export interface SystemOptions {
  /** Everything is kept here. One system at a time. */
  dataDir: string
  /** Of the gateway; 0 for any free one. All others are chosen free. */
  port: number
  /** The variables of `npm start`, and whatever else the services shall find in their environment. */
  env?: Environment
  /** Make the demo university when there is none. */
  seed: boolean
  /** Remove first what an earlier run left. */
  fresh?: boolean
  /** False for tests: loses data in a power cut, and is quick. */
  durable?: boolean
  /** More than one process of each service, for tests. */
  replicas?: Replicas
  /** Nothing is told by default. */
  progress?: Progress
  /** The last word over the services' variables, for tests that put something in between. */
  rewire?: (environments: Record<App, Environment>) => Promise<Record<App, Environment>>
  /** Where a program's folder is whenever one is started, for tests of two versions side by side. */
  folderOf?: (app: App) => string
  /** Gives up starting; what was started by then is stopped. */
  signal?: AbortSignal
}

export interface Replicas {
  count: number
  /** Puts something in front of the processes, each of which has ports of its own. Returns where they are reached. */
  balance: (instances: readonly Ports[]) => Promise<Ports>
}

/** The whole of Kitroom, running. */
export interface System {
  url: string
  /** The data folder. */
  path: string
  /** The demo university's people, where there are any: a file with a list of `DemoLogin`. */
  demoLogins: string
  bootstrapToken: string
  /** As a service, or the operator, signs in at the broker. */
  natsUrl: NatsUrls
  /** As whoever may do everything. */
  adminDatabaseUrl: string
  /** As the service signs in. */
  databaseUrl: (service: Store) => string
  /** Where each listens, on 127.0.0.1. */
  ports: Ports
  /** By name; `postgres` and `nats` are absent where existing ones are used. */
  processes: Record<App, KeptProcess> & Partial<Record<'postgres' | 'nats', KeptProcess>>
  /** Every process of a service; the first is the one of `processes`. */
  replicas: (app: App) => KeptProcess[]
  /** Brings every schema up to date, as before the processes of another version start. */
  migrate: () => Promise<void>
  /** Services first, then NATS, then PostgreSQL; resolves when no process is left. May be called again. */
  stop: () => Promise<void>
}
