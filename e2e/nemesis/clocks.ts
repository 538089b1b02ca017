import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type GrpcClient, grpcClient, type RpcService } from '@kitroom/grpc'
import type { App, SystemOptions } from '@kitroom/local'
import { until } from '@kitroom/testing'

import { request } from '../client.ts'
import type { TestSystem } from '../test-system.ts'

type Environments = Parameters<NonNullable<SystemOptions['rewire']>>[0]

/** The clocks of the services, each of which can be set while it runs. */
export interface Clocks extends AsyncDisposable {
  /** What the processes need in their environment. */
  under: (environments: Environments) => Environments
  /**
   * Sets the clock of a service.
   * @throws Error when the service does not write the new time into its log
   */
  set: (system: TestSystem, service: App, hours: number) => Promise<void>
}

const HOUR = 3_600_000
const PRELOAD = new URL('wrong-clock.mjs', import.meta.url)

export async function newClocks(): Promise<Clocks> {
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-clocks-'))
  return {
    under(environments) {
      const changed = structuredClone(environments)
      for (const [service, variables] of Object.entries(changed)) {
        variables['NODE_OPTIONS'] = `--import=${PRELOAD.href}`
        variables['KITROOM_WRONG_CLOCK'] = join(folder, service)
      }
      return changed
    },
    async set(system, service, hours) {
      // In one step: half of a number is a number too.
      await writeFile(join(folder, 'next'), String(hours * HOUR))
      await rename(join(folder, 'next'), join(folder, service))
      await until(
        () => offset(system, service),
        (ms) => Math.abs(ms - hours * HOUR) < HOUR / 60,
      )
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Calls as nobody: it is not carried out, and a line in the log says so. */
async function asNobody<const Name extends RpcService>(
  name: Name,
  address: string,
  call: (client: GrpcClient<Name>) => Promise<unknown>,
): Promise<void> {
  const statements = { sign: () => Promise.resolve('nobody') }
  const client = grpcClient(name, { address, statements, logger: QUIET })
  await call(client).catch(() => undefined)
  client.close()
}

const org_id = randomUUID()
const CALLS: Record<Exclude<App, 'gateway'>, (address: string) => Promise<void>> = {
  auth: (to) => asNobody('Directory', to, (client) => client.getOrganization({ org_id })),
  inventory: (to) => asNobody('Inventory', to, (client) => client.batchGetUnits({ org_id, unit_ids: [] })),
  booking: (to) => asNobody('Bookings', to, (client) => client.batchGetBookings({ org_id, booking_ids: [] })),
  audit: (to) => asNobody('AuditTrail', to, (client) => client.verify({ org_id })),
}

/** By how many milliseconds the time in a service's log, of a line that it writes now, is not ours. */
async function offset(system: TestSystem, service: App): Promise<number> {
  if (service === 'gateway') await request(system.url, 'GET', '/health')
  else await CALLS[service](`127.0.0.1:${system.ports[service].grpc}`)
  const log = await readFile(join(system.path, 'logs', `${service}.log`), 'utf8')
  const [, time = ''] = /.*"time":"([^"]+)"/s.exec(log) ?? []
  return Date.parse(time) - Date.now()
}
