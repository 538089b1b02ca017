import type { Member } from '../processes/fleet.ts'
import { startProgram } from '../processes/programs.ts'
import type { DataFolder } from '../system/data-folder.ts'
import type { Environment } from './service-environment.ts'
import { type App, APPS, heapOf } from './services.ts'

/** What the second and further processes of a service are called: `booking-2`. */
export const instanceName = (app: App, number: number): string =>
  number === 0 ? app : `${app}-${number + 1}`

/**
 * Starts the five services; they wait for each other by themselves, so in no order. What is changed in `environments` is
 * for the processes that start from then on.
 */
export function serviceMembers(
  environments: Record<App, Environment>,
  extra: Environment,
  folder: DataFolder,
  number: number,
  folderOf: (app: App) => string,
): Member[] {
  const passedOn = Object.fromEntries(Object.entries(extra).filter(([name]) => !isOurs(name)))
  const preload = 'OTEL_EXPORTER_OTLP_ENDPOINT' in passedOn ? ['--import', '@kitroom/service/telemetry'] : []
  return APPS.map((app) => {
    const name = instanceName(app, number)
    const logFile = folder.logOf(name)
    const again = () => {
      const env = { ...environments[app], ...passedOn }
      return startProgram({
        cwd: folderOf(app),
        args: [...preload, 'src/main.ts'],
        heap: heapOf(app),
        env,
        logFile,
      })
    }
    return { name, first: again(), again, logFile }
  })
}

/** The variables that tell us what to do; each service is given its own of what follows from them. */
function isOurs(name: string): boolean {
  return name.startsWith('KITROOM_') || name === 'DATABASE_URL' || name === 'NATS_URL'
}
